//! The one door to the shell: commands of `core::api`, native dialogs, and the shell's events.
//!
//! Nothing outside this file knows `invoke` or holds a JavaScript value of it. All calls are fallible: where there is no shell
//! (the page opened in a plain browser), each call says so.

use crate::reply;
use countersign_core::api::{ApiError, Code, Command};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::{RwSignal, Set as _};
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::pin::Pin;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What a native dialog is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A Markdown checklist.
    Checklist,
    /// A PDF.
    Report,
    /// A PKCS#12 file.
    Key,
    /// Any file.
    Evidence,
    /// Trusted certificates in PEM.
    Certificates,
    /// A copy of the database.
    Backup,
}

impl FileKind {
    fn word(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::Report => "report",
            Self::Key => "key",
            Self::Evidence => "evidence",
            Self::Certificates => "certificates",
            Self::Backup => "backup",
        }
    }
}

/// Runs a command in the engine.
pub(crate) async fn call<C: Command>(command: C) -> Result<C::Reply, ApiError> {
    Ok(reply::exact(answered(C::NAME, serde_json::to_string(&command)).await?))
}

/// What is waited for. In a box, because each place that waits would have its own copy of the whole way otherwise.
pub(crate) type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

fn answered(name: &'static str, args: Result<String, serde_json::Error>) -> Answer<Value> {
    Box::pin(async move {
        let args = args.map_err(|error| internal(&format!("The request cannot be written: {error}")))?;
        let reply = invoke("call", &[("name", name), ("args", &args)]).await?;
        let reply = reply.as_string().ok_or_else(|| internal("The reply of the engine is no text."))?;
        reply::parse(&reply).map_err(|error| internal(&format!("The reply of the engine cannot be read: {error}")))
    })
}

/// What the engine answers; none until it has.
pub(crate) type Awaited<T> = RwSignal<Option<Result<T, ApiError>>>;

/// Asks the engine once, and keeps what it answers.
pub(crate) fn ask<C>(command: C) -> Awaited<C::Reply>
where
    C: Command + 'static,
    C::Reply: Send + Sync + 'static,
{
    let reply = RwSignal::new(None);
    spawn_local(async move {
        reply.try_set(Some(call(command).await));
    });
    reply
}

/// The path that a person chose, or none.
pub(crate) async fn choose_file(kind: FileKind) -> Result<Option<String>, ApiError> {
    Ok(invoke("choose_file", &[("kind", kind.word())]).await?.as_string())
}

/// The path where a person wants something written, or none.
pub(crate) async fn choose_save(suggested: &str, kind: FileKind) -> Result<Option<String>, ApiError> {
    Ok(invoke("choose_save", &[("suggested", suggested), ("kind", kind.word())]).await?.as_string())
}

/// Opens a file with the system's own viewer.
pub(crate) async fn open_path(path: &str) -> Result<(), ApiError> {
    invoke("open_path", &[("path", path)]).await.map(drop)
}

/// Shows a system notification.
pub(crate) async fn notify(title: &str, body: &str) -> Result<(), ApiError> {
    invoke("notify", &[("title", title), ("body", body)]).await.map(drop)
}

/// Tells the shell that the window listens, so that it hands over the files that the app was started with.
pub(crate) async fn ready() -> Result<(), ApiError> {
    invoke("ready", &[]).await.map(drop)
}

/// Hears an event of the shell for as long as the app runs.
pub(crate) fn listen<T: DeserializeOwned + 'static>(name: &str, hear: impl Fn(T) + 'static) -> Answer<()> {
    listen_for(name, Box::new(move |payload| hear(reply::exact(payload))))
}

fn listen_for(name: &str, hear: Box<dyn Fn(Value)>) -> Answer<()> {
    let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let payload = member(&event, "payload").ok().and_then(|payload| text_of(&payload));
        if let Some(payload) = payload.and_then(|text| reply::parse(&text).ok()) {
            hear(payload);
        }
    });
    let promise = member_function("event", "listen").and_then(|(events, listen)| {
        listen.call2(&events, &JsValue::from_str(name), listener.as_ref()).map_err(|thrown| failure(&thrown))
    });
    // The app listens until it ends.
    listener.forget();
    Box::pin(async move { settled(promise).await.map(drop) })
}

fn invoke(command: &str, request: &[(&str, &str)]) -> Answer<JsValue> {
    Box::pin(settled(asked(command, request)))
}

fn asked(command: &str, request: &[(&str, &str)]) -> Result<JsValue, ApiError> {
    let (core, invoke) = member_function("core", "invoke")?;
    let (arguments, members) = (Object::new(), Object::new());
    for (name, value) in request {
        Reflect::set(&members, &(*name).into(), &(*value).into()).map_err(|thrown| failure(&thrown))?;
    }
    Reflect::set(&arguments, &"req".into(), &members).map_err(|thrown| failure(&thrown))?;
    invoke.call2(&core, &command.into(), &arguments).map_err(|thrown| failure(&thrown))
}

async fn settled(promise: Result<JsValue, ApiError>) -> Result<JsValue, ApiError> {
    JsFuture::from(Promise::resolve(&promise?)).await.map_err(|thrown| failure(&thrown))
}

/// A part of the shell, and a function of it.
fn member_function(part: &str, name: &str) -> Result<(JsValue, Function), ApiError> {
    let part = member(&shell()?, part).map_err(|_| no_shell())?;
    let function = member(&part, name).and_then(JsCast::dyn_into).map_err(|_| no_shell())?;
    Ok((part, function))
}

fn shell() -> Result<JsValue, ApiError> {
    let shell = member(&js_sys::global(), "__TAURI__").map_err(|_| no_shell())?;
    if shell.is_undefined() { Err(no_shell()) } else { Ok(shell) }
}

fn member(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn text_of(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok().and_then(|text| text.as_string())
}

/// What was thrown, as an error with a hint. The shell throws `ApiError` objects; anything else is its fault or ours.
fn failure(thrown: &JsValue) -> ApiError {
    let text = |name| member(thrown, name).ok()?.as_string();
    match (text("code"), text("message"), text("hint")) {
        (Some(code), Some(message), Some(hint)) => ApiError { code: reply::exact(Value::String(code)), message, hint },
        (_, message, _) => {
            let words = thrown.as_string().or(message);
            internal(words.as_deref().unwrap_or("The window's shell did not answer."))
        }
    }
}

fn internal(message: &str) -> ApiError {
    ApiError {
        code: Code::Internal,
        message: message.to_owned(),
        hint: "This is a fault of the program. What was saved before is safe; start the program again.".to_owned(),
    }
}

fn no_shell() -> ApiError {
    ApiError {
        code: Code::System,
        message: "This page does not run in the Countersign window, so nothing can be read or saved.".to_owned(),
        hint: "Start Countersign itself.".to_owned(),
    }
}
