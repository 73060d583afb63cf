//! A colour profile for sRGB (IEC 61966-2-1), made here from the numbers of the standard: nobody's file, nobody's licence.

/// An ICC version 4 display profile (ISO 15076-1): primaries adapted to D50, and the sRGB curve as a formula.
pub(super) fn srgb() -> Vec<u8> {
    let fixed = |values: &[f64]| -> Vec<u8> {
        #[expect(clippy::cast_possible_truncation, reason = "s15Fixed16Number: all values are below 32768")]
        values.iter().flat_map(|value| ((value * 65536.0).round() as i32).to_be_bytes()).collect()
    };
    let element = |kind: &[u8; 4], content: Vec<u8>| [kind.to_vec(), vec![0; 4], content].concat();
    let words = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let [count, size, length, offset] =
            [1, 12, u32::try_from(units.len()).unwrap_or_default(), 28].map(u32::to_be_bytes);
        element(b"mluc", [&count[..], &size[..], b"enUS", &length[..], &offset[..], &units].concat())
    };
    // Parametric curve 3 (10.18): (a·x + b)^g from d on, c·x below.
    let curve = [&[0, 3, 0, 0][..], &fixed(&[2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045])].concat();
    let elements: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", words("sRGB IEC61966-2.1")),
        (b"cprt", words("No copyright, use freely")),
        (b"wtpt", element(b"XYZ ", fixed(&[0.9642, 1.0, 0.8249]))),
        (
            b"chad",
            element(
                b"sf32",
                fixed(&[
                    1.047_882, 0.022_919, -0.050_217, 0.029_587, 0.990_480, -0.017_075, -0.009_247, 0.015_075,
                    0.751_678,
                ]),
            ),
        ),
        (b"rXYZ", element(b"XYZ ", fixed(&[0.436_066, 0.222_488, 0.013_916]))),
        (b"gXYZ", element(b"XYZ ", fixed(&[0.385_147, 0.716_873, 0.097_076]))),
        (b"bXYZ", element(b"XYZ ", fixed(&[0.143_066, 0.060_608, 0.714_096]))),
        (b"rTRC", element(b"para", curve)),
        // Green and blue have red's curve; see below.
        (b"gTRC", Vec::new()),
    ];
    assemble(&elements)
}

/// Header, table of tags, elements. An element without content stands for the one before it, and `bTRC` for `gTRC`.
fn assemble(elements: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).unwrap_or_default().to_be_bytes();
    let count = elements.len() + 1;
    let mut at = 128 + 4 + 12 * count;
    let (mut table, mut data, mut last) = (number(count).to_vec(), Vec::new(), (0, 0));
    for (name, content) in elements {
        if !content.is_empty() {
            last = (at, content.len());
            data.extend_from_slice(content);
            data.resize(data.len().next_multiple_of(4), 0);
            at += content.len().next_multiple_of(4);
        }
        table.extend([&name[..], &number(last.0), &number(last.1)].concat());
    }
    table.extend([&b"bTRC"[..], &number(last.0), &number(last.1)].concat());
    let date = [2024u16, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat();
    let d50 = [0x0000_f6d6u32, 0x0001_0000, 0x0000_d32d].map(u32::to_be_bytes).concat();
    let mut header =
        [&number(at)[..], &[0; 4], &[4, 0x20, 0, 0], b"mntrRGB XYZ ", &date, b"acsp", &[0; 28], &d50].concat();
    header.resize(128, 0);
    [header, table, data].concat()
}

#[cfg(test)]
mod tests {
    use super::srgb;

    #[test]
    fn the_profile_states_its_own_length_and_its_tags_lie_within() {
        let profile = srgb();
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(number(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        assert_eq!(number(128), 10);
        for tag in 0..10 {
            let (offset, size) = (number(132 + tag * 12 + 4), number(132 + tag * 12 + 8));
            assert!(offset % 4 == 0 && offset >= 132 + 120 && offset + size <= profile.len(), "tag {tag}");
        }
    }
}
