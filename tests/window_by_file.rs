//! A sign-off by file in the real window: a lead opens the request, sees what is signed, signs, and saves the answer; on the deployer's
//! computer it is taken back. Leaves pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/mod.rs"]
mod window;

use countersign_tests::organisation::{Organisation, SECRET};
use std::path::Path;
use window::{Driver, Window};

#[tokio::test]
async fn a_lead_signs_a_request_and_the_answer_comes_back() {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    let answer = of.lena.arg("signed.json");
    let driver = Driver::start();
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window");

    let data = of.lena.data().display().to_string();
    let window = Window::open(&driver, &["--data-dir", &data, &request], &pictures).await;
    window.find("[data-t=sign-off]").await;
    window.click("[data-t=sign-key][data-name=Lena]").await;
    window.enter("[data-t=sign-role]", "Operations").await;
    window.says("[data-t=roster-warning]", "does not give Lena the role «Operations»").await;
    window.enter("[data-t=sign-role]", "Engineering lead").await;
    window.click("[data-t=decision-exceptions]").await;
    window.enter("[data-t=decision-text]", "the cache is cold\t").await;
    window.says("[data-t=statement]", "approved, except the cache is cold").await;
    window.enter("[data-t=passphrase]", SECRET).await;
    window.enter("[data-t=answer-path]", &answer).await;
    window.picture("30-by-file").await;
    window.click("[data-t=sign-confirm]").await;
    window.says("[data-t=success]", "Bring").await;
    // What belongs to another computer can be looked at, and is not changed here.
    window.click("[data-t=back-to-record]").await;
    window.find("[data-t=record]").await;
    window.picture("31-guest").await;
    window.click("[data-t=nav-people]").await;
    window.says("[data-t=roster]", "Engineering lead").await;
    window.picture("32-roster").await;
    window.close().await;

    let data = of.deployer.data().display().to_string();
    let window = Window::open(&driver, &["--data-dir", &data], &pictures).await;
    window.click("[data-t=record-card]").await;
    window.click("[data-t=person]").await;
    window.enter("[data-t=person-name]", "Dana Deployer").await;
    window.click("[data-t=person-keep]").await;
    window.gone("[data-t=dialog]").await;
    window.click("[data-t=sign-off-open]").await;
    window.click("[data-t=take-answer]").await;
    window.enter("[data-t=papers-path]", &answer).await;
    window.click("[data-t=papers-confirm]").await;
    window.says("[data-t=papers-told]", "signed.json").await;
    window.keys("\u{E00C}").await;
    window.says("[data-t=signed]", "the cache is cold").await;
    window.picture("33-taken").await;
    window.close().await;

    // The app lets go of its data once it has ended.
    for _ in 0..100 {
        if of.deployer.run(&["record", "show", "1"]).code != 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let shown = of.deployer.json(&["record", "show", "1"]);
    let statement = &shown["record"]["sign_offs"][0]["sign_off"]["statement"];
    assert_eq!(statement["shown"]["on"], "window");
    assert!(statement["shown"]["seconds"].is_u64(), "{statement:#}");
}
