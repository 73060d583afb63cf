//! Pages of JSON that are there for their numbers: RabbitMQ's management API and Prometheus' queries.

use super::{Asking, Facts, Found, fact, http};
use countersign_core::ask::Http;
use countersign_core::condition::json;
use rust_decimal::Decimal;
use serde_json::Value;

/// How many numbers of a page are kept.
const KEPT: usize = 100;

/// The numbers of a page of RabbitMQ's management API, at its top and one level down: `rabbit.messages`, `rabbit.queue_totals.messages`.
pub(super) async fn rabbit(asking: &Asking<'_>, page: &Http) -> Found {
    let mut found = http::ask(asking, page).await.found();
    if let Some(Value::Object(members)) = read(found.body.as_deref()) {
        let mut add = |name: String, value: &Value| {
            let text = match value {
                Value::Number(number) => decimal(&number.to_string()).map(|number| number.to_string()),
                Value::String(text) if text.len() <= KEPT => Some(text.clone()),
                Value::Bool(is) => Some(is.to_string()),
                _ => None,
            };
            found.facts.extend(text.filter(|_| found.facts.len() < KEPT).map(|text| (name, text)));
        };
        for (name, value) in &members {
            match value {
                Value::Object(inner) => {
                    inner.iter().for_each(|(below, value)| add(format!("rabbit.{name}.{below}"), value))
                }
                value => add(format!("rabbit.{name}"), value),
            }
        }
    }
    found
}

/// An instant query (Prometheus' HTTP API, version 1). It has a value if the result is one number.
pub(super) async fn prometheus(asking: &Asking<'_>, at: &Http, query: &str) -> Found {
    let mut encoded = String::new();
    for byte in query.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => encoded += &format!("%{byte:02X}"),
        }
    }
    let url = format!("{}/api/v1/query?query={encoded}", at.url.trim_end_matches('/'));
    let mut found = http::ask(asking, &Http { url, ..at.clone() }).await.found();
    let facts = read(found.body.as_deref()).map(|page| of_query(&page)).unwrap_or_default();
    found.facts.extend(facts);
    found
}

fn of_query(page: &Value) -> Facts {
    let Some(data) = page.get("data") else { return Facts::new() };
    let number = |pair: &Value| pair.get(1).and_then(Value::as_str).and_then(decimal);
    let result = data.get("result");
    let (count, value) = match data.get("resultType").and_then(Value::as_str) {
        Some("scalar") => (1, result.and_then(number)),
        Some("vector") => {
            let samples = result.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let only = if let [only] = samples { only.get("value").and_then(number) } else { None };
            (samples.len(), only)
        }
        _ => return Facts::new(),
    };
    let mut facts = vec![fact("prometheus.count", count)];
    facts.extend(value.map(|value| fact("prometheus.value", value)));
    facts
}

fn read(body: Option<&[u8]>) -> Option<Value> {
    json::read(std::str::from_utf8(body?).ok()?).ok()
}

/// A number as it is written, exactly; none for one that is no number, or infinite, or has too many digits.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    number.ok().map(|number| number.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_result_of_one_number_is_a_value() {
        for (page, expected) in [
            (r#"{"data":{"resultType":"scalar","result":[1.5,"0.25"]}}"#, "prometheus.count=1 prometheus.value=0.25"),
            (
                r#"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1e3"]}]}}"#,
                "prometheus.count=1 prometheus.value=1000",
            ),
            (r#"{"data":{"resultType":"vector","result":[{"value":[1,"NaN"]}]}}"#, "prometheus.count=1"),
            (
                r#"{"data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"2"]}]}}"#,
                "prometheus.count=2",
            ),
            (r#"{"data":{"resultType":"vector","result":[]}}"#, "prometheus.count=0"),
            (r#"{"status":"error"}"#, ""),
        ] {
            let facts = of_query(&serde_json::from_str(page).unwrap());
            let words: Vec<_> = facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(words.join(" "), expected, "{page}");
        }
    }
}
