//! The verifier as WebAssembly: gives the page one function, `countersign_verify`, which is [`countersign_verify::verify`].
//!
//! The page around it is `page.html`; `cargo xtask verifier` puts both into one file. Deliberately not in it: any rule of its own, any
//! way to a network, and any root to believe.

use countersign_core::time::Timestamp;
use countersign_pades::Trust;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// The name under which the page finds the function: file name, the file's bytes, trusted certificates as PEM (or nothing), milliseconds
/// since 1970. The answer is JSON: what `countersign verify --json` prints, or an object with a message under `error`.
const NAME: &str = "countersign_verify";

fn main() {
    let verify = Closure::<dyn Fn(String, Uint8Array, String, f64) -> String>::new(
        |name: String, pdf: Uint8Array, trust: String, now: f64| verify(&name, &pdf.to_vec(), &trust, now),
    );
    // Without a global object there is no page to serve.
    let _ = Reflect::set(&js_sys::global(), &JsValue::from_str(NAME), verify.as_ref());
    verify.forget();
}

fn verify(name: &str, pdf: &[u8], trust: &str, now: f64) -> String {
    let trust = match trust.trim() {
        "" => Ok(Trust::none()),
        text => Trust::from_pem(text),
    };
    let refusal = |message: String| serde_json::json!({ "error": { "message": message } }).to_string();
    let trust = match trust {
        Ok(trust) => trust,
        Err(why) => return refusal(format!("The trusted certificates: {why}.")),
    };
    // The milliseconds of a date are whole, and far below what an i64 holds.
    match countersign_verify::verify(name, pdf, &trust, Timestamp::from_millis(now as i64)) {
        Ok(found) => serde_json::to_string(&found).unwrap_or_else(|why| refusal(why.to_string())),
        Err(why) => refusal(why.to_string()),
    }
}
