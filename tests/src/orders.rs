//! The checklist of an imagined orders service.

/// A small checklist with everything in it that the command line counts. Probes ask `host`.
pub fn checklist(host: &str) -> String {
    format!(
        r#"---
title: Orders service release
policy:
  - sign-off: Engineering lead, approved
  - sign-off: Operations lead, approved
---

# Orders service release

## Prepare

- [ ] Announce the release in the channel
- [ ] Take a snapshot
  - [ ] Of the database
  - [ ] Of the settings
1. [ ] Stop the worker
2. [ ] Start the worker

- p95: ___ ms (target: < 500 ms)
- Error rate: ___ % (target: < 1%)
- Better than before? ☐ Yes ☐ No ☐ Similar

### [ ] Deploy

```bash
curl -f http://{host}/healthy
```

| Check | Done |
|---|---|
| Queue is empty | [ ] |
| Cache is warm | [ ] |

```text
[ ] fenced one
[ ] fenced two
```

## Contacts

| Role | Name | Phone |
|---|---|---|
| On-call | | |

## Health

- [ ] Shop answers <!-- cs: probe GET http://{host}/healthy; expect http.status == 200; expect body.status == "ok" -->
- [ ] Worker answers <!-- cs: probe GET http://{host}/degraded; expect http.status == 200; expect body.status == "ok" -->
- [ ] Search answers <!-- cs: probe GET http://{host}/down; expect http.status == 200 -->

## Sign-off

- [ ] Engineering lead: ________________ Date: _______
- [ ] Operations lead: ________________ Date: _______
"#
    )
}
