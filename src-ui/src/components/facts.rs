//! Small facts: times, hashes, names and values, words with their states.

use crate::browser;
use crate::components::icon::{Icon, icon};
use crate::state::{App, app};
use countersign_core::id::Digest;
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A time of day, or day and time; the whole with its zone on hover.
pub(crate) fn time(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string() title=browser::with_zone(at)>{browser::day_and_clock(at)}</time> }
}

/// A hash: 12 digits, whole on hover, copied by a click.
pub(crate) fn hash(of: Digest) -> impl IntoView {
    let app = app();
    let whole = of.to_string();
    let (title, label) = (format!("{whole}\nClick to copy"), format!("Copy the hash {whole}"));
    view! {
        <button type="button" class="hash" title=title aria-label=label on:click=move |_| copy_and_say(app, whole.clone())>
            {of.short()}
            {icon(Icon::Copy)}
        </button>
    }
}

/// Puts text on the clipboard and says so.
pub(crate) fn copy_and_say(app: App, text: String) {
    spawn_local(async move {
        let done = browser::copy(text).await;
        app.spoken.set(if done { "Copied." } else { "It could not be copied." }.to_owned());
    });
}

/// A button that copies a command or path, and says that it did.
#[component]
pub(crate) fn CopyButton(text: String, #[prop(default = "Copy")] words: &'static str) -> impl IntoView {
    let app = app();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let done = browser::copy(text).await;
            copied.try_set(done);
            app.spoken.set(if done { "Copied." } else { "It could not be copied." }.to_owned());
            set_timeout(
                move || {
                    let _ = copied.try_set(false);
                },
                std::time::Duration::from_millis(1600),
            );
        });
    };
    view! {
        <button type="button" class="button small quiet" data-t="copy" on:click=copy>
            {icon(Icon::Copy)}
            {move || if copied.get() { "Copied" } else { words }}
        </button>
    }
}

/// A name with its value.
pub(crate) fn fact(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// A word on a coloured ground.
pub(crate) fn tag(class: &'static str, words: impl IntoView) -> impl IntoView {
    view! { <span class=format!("tag {class}")>{words}</span> }
}

/// «1 item», «2 items».
pub(crate) fn count(of: usize, one: &str, many: &str) -> String {
    if of == 1 { format!("1 {one}") } else { format!("{of} {many}") }
}

/// The common name out of a certificate's name (RFC 4514); all of it if it has none.
pub(crate) fn common_name(name: &str) -> &str {
    name.split(',').find_map(|part| part.trim().strip_prefix("CN=")).unwrap_or(name)
}

/// The initials of a name: «Ana Kern» gives «AK». The stylesheet sets them in capitals.
pub(crate) fn initials(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    let first = |word: &&str| word.chars().next();
    let ends = [words.first(), words.last().filter(|_| words.len() > 1)];
    ends.into_iter().flatten().filter_map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_name_stands_for_the_whole() {
        assert_eq!(common_name("O=Example, CN=Example Root"), "Example Root");
        assert_eq!(common_name("Example"), "Example");
    }

    #[test]
    fn initials_are_of_the_first_and_last_name() {
        for (name, letters) in
            [("Ana Kern", "AK"), ("Ana Maria Kern", "AK"), ("ana", "a"), ("", ""), ("Ωmega ßeta", "Ωß")]
        {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
