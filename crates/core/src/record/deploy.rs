//! Which tick is the deployment itself: T0, that rounds count from and that the baseline precedes.
//!
//! An annotation says so; without one the first task that says «deploy» is taken. When it was ticked is the record's matter.

use crate::checklist::{Item, ItemKind, Mark, Template};

/// How tasks begin that start a deployment, in lower case.
const STARTS: [&str; 14] = [
    "deploy",
    "trigger deploy",
    "trigger the deploy",
    "trigger production deploy",
    "start deploy",
    "start the deploy",
    "run deploy",
    "run the deploy",
    "execute deploy",
    "execute the deploy",
    "release to production",
    "promote to production",
    "roll out to production",
    "go live",
];

/// What a task is about that deploys somewhere else first, or only looks at a deployment.
const ELSEWHERE: [&str; 12] = [
    "staging",
    "test",
    "preview",
    "develop",
    "sandbox",
    "qa ",
    "deployed",
    "deployment log",
    "deploy key",
    "deployment plan",
    "deployment notes",
    "deployments",
];

impl Template {
    /// The task whose tick is the deployment: the one that is marked so, or else the first one whose words begin like that
    /// outside the rollback sections.
    pub fn deploy_item(&self) -> Option<&Item> {
        let marked = self.items.iter().find(|item| item.marks.contains(&Mark::Deploy));
        marked.or_else(|| self.items.iter().find(|item| self.says_deploy(item)))
    }

    fn says_deploy(&self, item: &Item) -> bool {
        let rollback = self.sections.get(item.section).is_some_and(|section| section.rollback);
        let words = item.label.to_lowercase();
        let begins = STARTS.iter().any(|start| {
            let rest = words.strip_prefix(start);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || start.contains(' '))
        });
        matches!(item.kind, ItemKind::Task { .. })
            && !rollback
            && begins
            && !ELSEWHERE.iter().any(|elsewhere| words.contains(elsewhere))
    }
}

#[cfg(test)]
mod tests {
    use crate::checklist::read;

    #[test]
    fn the_deployment_is_marked_or_said() {
        for (text, expected) in [
            ("- [ ] Deploy to staging\n- [ ] Deploy to production\n", Some("Deploy to production")),
            (
                "- [ ] Trigger deployment in CI/CD pipeline\n- [ ] Deploy\n",
                Some("Trigger deployment in CI/CD pipeline"),
            ),
            ("- [ ] Deploy\n- [ ] Migrate\n  <!-- cs: deploy -->\n", Some("Migrate")),
            ("- [ ] Deployment logs are read\n- [ ] Verify deployment\n", None),
            ("- [ ] Deploys are frozen\n- [ ] Deploy canary build\n", Some("Deploy canary build")),
            ("## Rollback\n- [ ] Deploy the last release\n", None),
        ] {
            let template = read(format!("# T\n\n{text}").as_bytes());
            assert_eq!(template.deploy_item().map(|item| item.label.as_str()), expected, "{text}");
        }
    }
}
