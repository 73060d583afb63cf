//! The boxes to sign in: two beside each other, role, person and meaning printed above, and inside the box the rectangle
//! of the form field, where the signature's appearance comes to stand.

use super::Composition;
use crate::piece::{Atom, Field, Path, Piece, Shape};
use crate::theme::{BODY, HAIR, HEAD, Ink, RULE, SMALL};
use countersign_core::report::SignatureSlot;

const GAP: f32 = 16.0;
const PAD: f32 = 10.0;
/// Height of the field.
const SPACE: f32 = 64.0;

impl Composition<'_> {
    pub(super) fn signatures(&mut self, slots: &[SignatureSlot]) {
        let width = (self.measure - GAP) / 2.0;
        for (row, pair) in slots.chunks(2).enumerate() {
            let boxes: Vec<SignatureBox> = pair
                .iter()
                .enumerate()
                .map(|(side, slot)| {
                    let x = if side == 0 { 0.0 } else { width + GAP };
                    self.signature(row * 2 + side, slot, slots.len(), x, width)
                })
                .collect();
            let words = boxes.iter().map(|signature| signature.bottom).fold(0.0, f32::max);
            let height = words + 6.0 + SPACE + PAD;
            let keep_next = super::keeps_next(row, slots.len().div_ceil(2));
            let mut piece = Piece { before: 10.0, keep_next, ..Piece::of(Vec::new(), height) };
            for signature in boxes {
                let frame = Path::rounded(signature.x, 0.0, width, height, 4.0);
                let shape = Shape::Stroke { path: frame, ink: Ink::Quiet, width: RULE, dash: None };
                piece.atoms.push(super::decoration(shape, 0.0, height));
                piece.atoms.extend(signature.atoms);
                piece.atoms.push(super::rule(signature.x + PAD, words + 3.0, width - 2.0 * PAD, HAIR, Ink::Rule));
                let (x, y) = (signature.x + PAD, words + 6.0);
                piece.fields.push(Field { x, y, width: width - 2.0 * PAD, height: SPACE, ..signature.field });
            }
            self.pieces.push(piece);
        }
        self.pieces.push(Piece::gap(4.0));
    }

    fn signature(&mut self, number: usize, slot: &SignatureSlot, of: usize, x: f32, width: f32) -> SignatureBox {
        let div = self.element("Div");
        let room = width - 2.0 * PAD;
        let mut atoms = Vec::new();
        let mut bottom = PAD - 1.0;
        let signed_off = slot.signed_off.map(|time| format!("Signed off in the record {}", time.for_people()));
        let lines = [
            (format!("{} of {of}  ·  {}", number + 1, slot.role), HEAD.ink(Ink::Accent), 2.0),
            (slot.person.clone(), BODY.bold(), 1.0),
            (slot.meaning.clone(), BODY, 2.0),
            (signed_off.unwrap_or_default(), SMALL.ink(Ink::Quiet), 0.0),
        ];
        for (text, face, after) in lines.into_iter().filter(|(text, ..)| !text.is_empty()) {
            let set = self.setter.words(&text, face, room);
            let tag = self.tree.add(div, "P");
            atoms.extend(self.place(&set, (x + PAD, bottom), 0, tag));
            bottom += set.height + after;
        }
        let tag = self.tree.add(div, "Form");
        let field = Field { slot: number, x: 0.0, y: 0.0, width: 0.0, height: 0.0, tag };
        SignatureBox { x, bottom, atoms, field }
    }
}

struct SignatureBox {
    x: f32,
    bottom: f32,
    atoms: Vec<Atom>,
    field: Field,
}
