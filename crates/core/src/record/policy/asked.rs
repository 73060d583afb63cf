//! Which roles must sign, with which meaning, how many, and when; judged against the state at the moment that the rule names.

use super::super::answer::Outcome;
use super::super::branch::{self, Branch};
use super::super::sign_off::{Decision, Meaning};
use super::super::view::{SignedOff, View, same_role, standing};
use super::{Duty, DutyKind, Standing, allowed_because};
use crate::checklist::{ItemKind, Mark, PolicyRule};
use crate::id::ItemId;
use crate::tree;
use serde::{Deserialize, Serialize};

/// A signature that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedSignOff {
    /// Whose.
    pub role: String,
    /// With which meaning; empty: any.
    pub meaning: String,
    /// By how many different people.
    pub count: u32,
    /// Against which state it is judged.
    pub when: When,
    /// The line of the checklist that asks for it, if one does.
    pub item: Option<ItemId>,
}

/// The moment that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At the deploy tick: signed by then, over what stood then.
    BeforeDeploy,
    /// For going back: signed at all.
    RollBack,
    /// At the end, over what stands then.
    AtClose,
}

/// Whether the state that was signed is still the state, and whether it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing has changed since.
    Current,
    /// It was about an earlier moment and stood then; so many things were entered since, as intended.
    AsIntended(usize),
    /// So many things have changed that it should cover.
    Stale(usize),
}

impl Freshness {
    /// In words; what a signature is for says which moment it was about.
    pub fn words(self, meaning: Meaning) -> String {
        let entered = |count: usize| if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") };
        match self {
            Self::Current => "nothing has changed since".to_owned(),
            Self::AsIntended(count) if meaning == Meaning::ApprovedToRollBack => {
                format!("signed for the rollback; {} since then, as intended", entered(count))
            }
            Self::AsIntended(count) => format!("signed before the deploy; {} since then, as intended", entered(count)),
            Self::Stale(count) => format!("stale: {} changed since", entered(count)),
        }
    }
}

impl AskedSignOff {
    fn new(role: &str, words: &str, count: u32, item: Option<ItemId>) -> Self {
        let mut parts = words.split(',').map(str::trim);
        let meaning = parts.next().unwrap_or_default().to_lowercase();
        let before = |part: &str| part.starts_with("before") && (part.contains("deploy") || part.contains("start"));
        let when = if meaning.contains("roll back") {
            When::RollBack
        } else if before(&meaning) || parts.any(before) {
            When::BeforeDeploy
        } else {
            When::AtClose
        };
        let meaning = if before(&meaning) { String::new() } else { meaning };
        Self { role: role.to_owned(), meaning, count, when, item }
    }

    /// A signature with this meaning will do.
    pub fn takes(&self, meaning: Meaning) -> bool {
        let words = meaning.words();
        let longer = words.strip_prefix(&self.meaning).is_some_and(|rest| rest.starts_with(' '));
        // An approval to go back is no approval of the release.
        let back = meaning == Meaning::ApprovedToRollBack && self.when != When::RollBack;
        self.meaning.is_empty() || words == self.meaning || longer && !back
    }

    /// The meaning to sign with.
    pub fn proposed(&self) -> Option<Meaning> {
        Meaning::from_words(&self.meaning)
    }

    fn is_given_by(&self, signed: &SignedOff) -> bool {
        let statement = &signed.sign_off.statement;
        same_role(&statement.role, &self.role) && self.takes(statement.meaning)
    }

    fn words(&self) -> String {
        let who = if self.count > 1 { format!("{} × {}", self.count, self.role) } else { self.role.clone() };
        let what = if self.meaning.is_empty() { "signed" } else { &self.meaning };
        let when = match self.when {
            When::BeforeDeploy => ", before the deployment",
            When::RollBack => ", for the rollback",
            When::AtClose => "",
        };
        format!("{who}: {what}{when}")
    }
}

/// What is approved to be deployed is approved before it is.
const TO_DEPLOY: &str = "approved to deploy";

/// The signatures that are asked for: by the policy, then by the checklist's lines in branches that were opened. What says «approved to
/// deploy» is to be signed before the deploy tick, and so is a line that stands before it and says «approved».
pub fn asked_sign_offs(view: &View) -> Vec<AskedSignOff> {
    let template = &*view.template;
    let ruled = template.policy.iter().filter_map(|line| match &line.rule {
        PolicyRule::SignOff { role, meaning, count } => Some(AskedSignOff::new(role, meaning, *count, None)),
        _ => None,
    });
    let mut asked: Vec<_> = ruled.collect();
    let marked = template.items.iter().any(crate::checklist::Item::is_deploy);
    for asked in asked.iter_mut().filter(|asked| marked && asked.meaning == TO_DEPLOY) {
        asked.when = When::BeforeDeploy;
    }
    let sections = branch::asked_sections(view);
    let branches = branch::branches(template);
    let deploy = template.items.iter().position(crate::checklist::Item::is_deploy);
    for (at, item) in template.items.iter().enumerate() {
        let ItemKind::SignOff { role } = &item.kind else { continue };
        if !sections.get(item.section).copied().unwrap_or(true) {
            continue;
        }
        let marked = item.marks.iter().find_map(|mark| match mark {
            Mark::SignOff { role, meaning } => Some((role, meaning)),
            _ => None,
        });
        let role = marked.map(|(role, _)| role).filter(|role| !role.is_empty()).unwrap_or(role);
        let meaning = marked.map(|(_, meaning)| meaning.as_str()).unwrap_or_default();
        let mut line = AskedSignOff::new(role, meaning, 1, Some(item.id.clone()));
        let approves = line.meaning.starts_with("approved");
        if branches.get(item.section) == Some(&Some(Branch::Rollback)) {
            line.when = When::RollBack;
        } else if approves && deploy.is_some_and(|deploy| at < deploy || line.meaning == TO_DEPLOY) {
            line.when = When::BeforeDeploy;
        }
        let known = asked.iter_mut().find(|known| {
            same_role(&known.role, &line.role)
                && known.when == line.when
                && (known.meaning == line.meaning || line.meaning.is_empty())
        });
        match known {
            Some(known) => known.item = known.item.take().or(line.item),
            None => asked.push(line),
        }
    }
    asked
}

/// The signatures that are asked for, not given, and can be given now.
pub fn sign_offs_to_give(view: &View) -> Vec<AskedSignOff> {
    let mut asked = asked_sign_offs(view);
    asked.retain(|asked| match asked.when {
        When::BeforeDeploy => view.conduct.deployed.is_none() && missing_now(view, asked).is_some(),
        When::RollBack | When::AtClose => judge(view, asked).standing != Standing::Kept,
    });
    asked
}

/// A sign-off with what had changed since it at the moment in question.
struct Candidate<'a> {
    signed: &'a SignedOff,
    changes: usize,
}

fn newest<'a>(candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    standing(candidates, |candidate| candidate.signed)
}

fn now(view: &View) -> Vec<Candidate<'_>> {
    newest(view.sign_offs.iter().map(|signed| Candidate { signed, changes: signed.changes.len() }).collect())
}

fn at_deploy(view: &View) -> Option<Vec<Candidate<'_>>> {
    let deployed = view.conduct.deployed.as_ref()?;
    let then = deployed.sign_offs.iter().filter_map(|then| {
        let signed = view.sign_offs.iter().find(|signed| signed.event == then.event)?;
        Some(Candidate { signed, changes: then.changes })
    });
    Some(newest(then.collect()))
}

/// Why the candidates do not give what is asked; none if they do.
fn lacking(asked: &AskedSignOff, candidates: &[Candidate<'_>], stale_counts: bool) -> Option<String> {
    let AskedSignOff { role, meaning, count, .. } = asked;
    let of_role: Vec<_> =
        candidates.iter().filter(|candidate| same_role(&candidate.signed.sign_off.statement.role, role)).collect();
    let fitting: Vec<_> = of_role.iter().filter(|candidate| asked.is_given_by(candidate.signed)).collect();
    let good = fitting.iter().filter(|candidate| {
        candidate.signed.sign_off.statement.decision.approves() && (stale_counts || candidate.changes == 0)
    });
    let people = tree::set(good.map(|candidate| candidate.signed.sign_off.statement.certificate));
    let have = u32::try_from(people.len()).unwrap_or(u32::MAX);
    if have >= *count {
        return None;
    }
    Some(match (fitting.last(), of_role.last()) {
        (None, None) if meaning.is_empty() => format!("{role} has not signed off."),
        (None, None) => format!("{role} has not signed «{meaning}»."),
        (None, Some(other)) => {
            format!(
                "{role} signed «{}», and «{meaning}» is asked for.",
                other.signed.sign_off.statement.meaning.words()
            )
        }
        (Some(last), _) if !last.signed.sign_off.statement.decision.approves() => {
            match last.signed.sign_off.statement.decision {
                Decision::Dissent { .. } => format!("{role} dissents."),
                _ => format!("{role} sent it back."),
            }
        }
        (Some(last), _) if last.changes > 0 && have + 1 >= *count => {
            format!("The sign-off of {role} is stale: the record was changed after it.")
        }
        (Some(_), _) => format!("{role}: {have} of {count} have signed off."),
    })
}

/// Why the record as it stands does not give what is asked.
pub(super) fn missing_now(view: &View, asked: &AskedSignOff) -> Option<String> {
    lacking(asked, &now(view), false)
}

/// How one asked signature stands.
pub(super) fn judge(view: &View, asked: &AskedSignOff) -> Duty {
    let duty = |standing, detail: String| Duty {
        item: asked.item.clone(),
        ..Duty::new(DutyKind::SignOff, asked.words(), standing, detail)
    };
    let role = &asked.role;
    match asked.when {
        When::BeforeDeploy => match (at_deploy(view), missing_now(view, asked)) {
            (Some(then), _) => match lacking(asked, &then, false) {
                None => duty(Standing::Kept, format!("{role} had signed when it was deployed.")),
                Some(lack) => duty(Standing::Broken, format!("At the deployment: {lack}{}", allowed_because(view))),
            },
            (None, lack) => before_deploy_without_tick(view, lack, duty),
        },
        When::RollBack => match lacking(asked, &now(view), true) {
            None => duty(Standing::Kept, format!("{role} has signed.")),
            Some(lack) => duty(open_until_closed(view), lack),
        },
        When::AtClose => match missing_now(view, asked) {
            None => duty(Standing::Kept, format!("{role} has signed what stands.")),
            Some(lack) => duty(open_until_closed(view), lack),
        },
    }
}

fn before_deploy_without_tick(view: &View, lack: Option<String>, duty: impl Fn(Standing, String) -> Duty) -> Duty {
    let marked = view.template.items.iter().any(crate::checklist::Item::is_deploy);
    match (&view.closed, marked) {
        (Some(closed), true) if closed.outcome != Outcome::Completed => {
            duty(Standing::Kept, "Nothing was deployed.".to_owned())
        }
        (Some(_), true) => duty(
            Standing::Broken,
            "The deployment itself was never ticked: nobody can tell what came before it.".to_owned(),
        ),
        (_, false) => duty(
            open_until_closed(view),
            "The checklist marks no item as the deployment: what came before it cannot be told.".to_owned(),
        ),
        (None, true) => match lack {
            None => duty(Standing::Open, "It is signed and waits for the deployment.".to_owned()),
            Some(lack) => duty(Standing::Open, lack),
        },
    }
}

fn open_until_closed(view: &View) -> Standing {
    if view.closed.is_some() { Standing::Broken } else { Standing::Open }
}

const APPROVAL: &str = "an approval before the deployment";

fn is_approval(candidate: &Candidate<'_>) -> bool {
    let statement = &candidate.signed.sign_off.statement;
    let approval = matches!(statement.meaning, Meaning::Approved | Meaning::ApprovedToDeploy);
    approval && statement.decision.approves() && candidate.changes == 0
}

/// `order: approval before deploy`: somebody approved, in whatever role.
pub(super) fn approval_before_deploy(view: &View) -> Duty {
    let duty = |standing, detail: String| Duty::new(DutyKind::Order, APPROVAL, standing, detail);
    match at_deploy(view) {
        Some(then) if then.iter().any(is_approval) => {
            duty(Standing::Kept, "It was approved when it was deployed.".to_owned())
        }
        Some(_) => duty(Standing::Broken, format!("It was deployed without an approval.{}", allowed_because(view))),
        None => before_deploy_without_tick(view, no_approval_now(view), duty),
    }
}

/// Why it may not be deployed now, as far as approval goes.
pub(super) fn no_approval_now(view: &View) -> Option<String> {
    (!now(view).iter().any(is_approval)).then(|| "Nobody has approved what stands.".to_owned())
}

/// Whether a sign-off still says what is there, or was about an earlier moment.
pub fn freshness(view: &View, signed: &SignedOff) -> Freshness {
    let changes = signed.changes.len();
    if changes == 0 {
        return Freshness::Current;
    }
    let stood = view.conduct.deployed.iter().flat_map(|deployed| &deployed.sign_offs);
    let stood = stood.into_iter().any(|then| then.event == signed.event && then.changes == 0);
    let intended = asked_sign_offs(view).iter().any(|asked| match asked.when {
        When::BeforeDeploy => stood && asked.is_given_by(signed),
        When::RollBack => asked.is_given_by(signed),
        When::AtClose => false,
    });
    let to_deploy = stood && signed.sign_off.statement.meaning == Meaning::ApprovedToDeploy;
    if intended || to_deploy { Freshness::AsIntended(changes) } else { Freshness::Stale(changes) }
}

/// The line of the checklist that a signature fills: one of this role and meaning that is open, else of this role; if all are
/// filled, the last of them is signed anew.
pub fn line_to_fill(view: &View, role: &str, meaning: Meaning) -> Option<ItemId> {
    let sections = branch::asked_sections(view);
    let of_role = view.template.items.iter().filter_map(|item| {
        let ItemKind::SignOff { role: written } = &item.kind else { return None };
        let marked = item.marks.iter().find_map(|mark| match mark {
            Mark::SignOff { role, meaning } => Some((role, meaning.as_str())),
            _ => None,
        });
        let words = marked.map(|(_, meaning)| meaning).unwrap_or_default();
        let marked = marked.map(|(role, _)| role).filter(|role| !role.is_empty());
        if !same_role(written, role) && !marked.is_some_and(|marked| same_role(marked, role)) {
            return None;
        }
        let fits = AskedSignOff::new(role, words, 1, None).takes(meaning);
        // A line for going back is filled by nothing else than a signature for going back.
        let back = words.contains("roll back") && meaning != Meaning::ApprovedToRollBack;
        let open = !view.sign_offs.iter().any(|signed| signed.sign_off.statement.item.as_ref() == Some(&item.id));
        let asked = sections.get(item.section).copied().unwrap_or(true) || meaning == Meaning::ApprovedToRollBack;
        (!back).then_some(((asked, fits, open), item))
    });
    let lines: Vec<_> = of_role.collect();
    let best = lines.iter().map(|(rank, _)| *rank).max()?;
    let mut of_rank = lines.iter().filter(|(rank, _)| *rank == best).map(|(_, item)| item.id.clone());
    if best.2 { of_rank.next() } else { of_rank.next_back() }
}
