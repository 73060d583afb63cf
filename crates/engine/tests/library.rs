//! The files that kept checklists came from, as the engine looks at them while nobody clicks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_core::api::{ChecklistSource, KeepChecklist};
use countersign_engine::Engine;

#[tokio::test]
async fn a_change_in_the_checkout_is_noticed_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.md");
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::fs::write(&file, "- [ ] a\n").unwrap();
    let engine = Engine::open(&folder.path().join("data")).unwrap();
    let source = ChecklistSource::File { path: file.display().to_string() };
    engine.keep_checklist(KeepChecklist { source }).await.unwrap();
    let noticed = async || engine.tick().await.unwrap().checklists_changed;
    assert!(!noticed().await, "the first look only remembers");
    assert!(!noticed().await);
    std::fs::write(&file, "- [ ] a\n- [ ] b\n").unwrap();
    assert!(noticed().await);
    assert!(!noticed().await);
    std::fs::remove_file(&file).unwrap();
    assert!(noticed().await);
}
