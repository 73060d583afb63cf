//! What is said about texts that are no conditions: where, what, and how to mend it.

use countersign_core::condition::{Condition, ParseError};

fn error(text: &str) -> ParseError {
    match text.parse::<Condition>() {
        Ok(condition) => panic!("{text} is read as {condition}"),
        Err(error) => error,
    }
}

#[test]
fn errors_say_where_what_and_how_to_mend_it() {
    for (text, message, nearest) in [
        ("", "Character 1: There is no condition. Write one, such as error_rate < 0.1%.", None),
        ("p95 < 500 msec", "Character 11: «msec» is not a unit. Write «ms».", Some("ms")),
        ("p95 < 500 MS", "Character 11: «MS» is not a unit. Write «ms».", Some("ms")),
        ("n > 5 rq/s", "Character 7: «rq/s» is not a unit. Write «req/s».", Some("req/s")),
        (
            "n > 5 bananas",
            "Character 7: «bananas» is not a unit. Write a unit such as ms, s, min, %, MB, GiB or req/s, or for a multiple «x» \
             between number and name.",
            None,
        ),
        ("http.status = 200", "Character 13: A single «=» does not compare. Write «==».", Some("==")),
        ("a < 1 && b < 1", "Character 7: «&&» is not part of the language. Write «and».", Some("and")),
        ("!a", "Character 1: «!» is not part of the language. Write «not».", Some("not")),
        ("a <> 1", "Character 3: «<>» is not part of the language. Write «!=».", Some("!=")),
        ("a => 1", "Character 3: «=>» is not part of the language. Write «>=».", Some(">=")),
        ("a < 5 * b", "Character 7: «*» is not part of the language. Write «x».", Some("x")),
        ("a == 'ok'", "Character 6: «'» is not part of the language. Write «\"».", Some("\"")),
        ("é == “ok”", "Character 6: «“» is not part of the language. Write «\"».", Some("\"")),
        ("a in 1%–2%", "Character 8: «–» is not part of the language. Write «..».", Some("..")),
        ("a < 1 adn b < 1", "Character 7: «adn» does not fit here. Write «and».", Some("and")),
        ("a < 1 AND b < 1", "Character 7: «AND» does not fit here. Write «and».", Some("and")),
        ("a > 5 for 5 min", "Character 7: «for» is not part of the language. Write «sustained».", Some("sustained")),
        ("a > 1% for 5 min", "Character 8: «for» is not part of the language. Write «sustained».", Some("sustained")),
        ("a > 1% sustaned 5 min", "Character 8: «sustaned» does not fit here. Write «sustained».", Some("sustained")),
        ("a is 5", "Character 3: «is» does not compare. Write «==».", Some("==")),
        ("a below 5", "Character 3: «below» does not compare. Write «<».", Some("<")),
        ("basline(p75) < 5", "Character 1: «basline» is not a function. Write «baseline».", Some("baseline")),
        (
            "p95 < 500 ms and 5% > 500 ms",
            "Character 23: 5% is a percentage, and 500 ms is a length of time. Compare quantities of one kind of unit.",
            None,
        ),
        (
            "x in 1%..2 s",
            "Character 10: 1% is a percentage, and 2 s is a length of time. Compare quantities of one kind of unit.",
            None,
        ),
        (
            "p95 < 500 ms and p95 > 5%",
            "Character 24: «p95» is compared with a length of time before, and with a percentage here. Compare a measurement \
             with one kind of unit.",
            None,
        ),
        ("x in 2%..1%", "Character 6: Nothing lies between 2% and 1%. Write the lower end first.", None),
        ("x < \"ok\"", "Character 5: \"ok\" is neither more nor less than anything. Compare it with == or !=.", None),
        ("null >= x", "Character 1: null is neither more nor less than anything. Compare it with == or !=.", None),
        (
            "5 == \"5\"",
            "Character 6: 5 and \"5\" are of different kinds. Compare numbers with numbers and texts with texts; texts stand in \
             quotes.",
            None,
        ),
        (
            "1 < x < 5",
            "Character 7: A comparison has two sides. Write two comparisons, x > 1 and x < 5, or a band, x in 1..5.",
            None,
        ),
        (
            "stable",
            "Character 7: The condition ends here. «stable» is not compared with anything. Write a comparison: ==, !=, <, <=, \
             >, >= or in.",
            None,
        ),
        ("(a < 1", "Character 7: The parenthesis at character 1 is not closed. Write «)» here.", None),
        ("a < 1)", "Character 6: No parenthesis is open here. Leave «)» out.", None),
        (
            "4 of (a < 1, b < 1)",
            "Character 1: 4 of 2 conditions cannot be asked for. Write a whole number from 1 to 2.",
            None,
        ),
        ("0 of (a < 1)", "Character 1: 0 of 1 conditions cannot be asked for. Write a whole number from 1 to 1.", None),
        (
            "1.5 of (a < 1, b < 1)",
            "Character 1: 1.5 of 2 conditions cannot be asked for. Write a whole number from 1 to 2.",
            None,
        ),
        (
            "n > 1,200",
            "Character 6: «,» does not fit here. Write numbers with a decimal point and no thousands separators: 1200.5. Put \
             versions in quotes.",
            None,
        ),
        ("n > .5", "Character 5: «.» does not fit here. Write a digit before the point: 0.5.", None),
        (
            "n - 1 > 5",
            "Character 3: «-» is not part of the language. There are no sums: compare with 110% of x or 5 x p50.",
            None,
        ),
        (
            "n < 110% of 5",
            "Character 13: The number 5 does not fit here. Write what it is a multiple of: 110% of baseline(p75).",
            None,
        ),
        (
            "p99 > 5x baseline",
            "Character 10: It is not said which baseline value is meant. Write baseline(p75); a measurement of that name is \
             [\"baseline\"].",
            None,
        ),
        ("n < -2 x p50", "Character 5: -2 is no multiple. Write a factor that is not negative.", None),
        (
            "a > 1 sustained 5",
            "Character 17: 5 is a plain number. Write a length of time, such as sustained 5 min.",
            None,
        ),
        (
            "a > 1 sustained 5%",
            "Character 17: 5% is a percentage. Write a length of time, such as sustained 5 min.",
            None,
        ),
        (
            "a > 1 sustained 0 s",
            "Character 17: 0 s is no window to look at. Write a window from 1 ms to 10000 d, in whole milliseconds.",
            None,
        ),
        (
            "baseline(a) > 1 sustained 5m",
            "Character 17: Nothing in this comparison changes over time. Compare a measurement that is taken again and again.",
            None,
        ),
        ("a == \"ok", "Character 6: The text that begins here has no end. Close it with a quotation mark.", None),
        (
            "a == \"\\q\"",
            "Character 6: \"\\q\" is not a text. Write line breaks as \\n, backslashes as \\\\ and quotation marks as \\\".",
            None,
        ),
        (
            "http.5xx < 1",
            "Character 6: The number 5 does not fit here. Write a name after the point; one that begins with a digit goes in \
             [\"…\"].",
            None,
        ),
        (
            "users[-1] == 1",
            "Character 7: The number -1 does not fit here. Write a whole number from 0 on, or a name in quotes: users[0], \
             headers[\"x-id\"].",
            None,
        ),
        (
            "and < 1",
            "Character 1: «and» does not fit here. Write a measurement or a value; a measurement of that name is [\"and\"].",
            None,
        ),
        (
            "a < 1 # note",
            "Character 7: «#» is not part of the language. Leave it out, or put text in quotes: name == \"text\".",
            None,
        ),
        (
            "a < 0.12345678901234567890123456789",
            "Character 5: «0.12345678901234567890123456789» has more digits than can be kept exactly. Write at most 28 digits.",
            None,
        ),
    ] {
        let error = error(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_eq!(error.nearest.as_deref(), nearest, "{text}");
    }
}

#[test]
fn a_megabyte_of_anything_is_refused_or_read_without_exhausting_the_stack() {
    const MEGABYTE: usize = 1 << 20;
    let deep = "The condition is nested more than 64 deep.";
    assert_eq!(error(&"(".repeat(MEGABYTE)).what, deep);
    assert_eq!(error(&"not ".repeat(MEGABYTE / 4)).what, deep);
    assert_eq!(error(&"not (".repeat(MEGABYTE / 5)).what, deep);
    assert_eq!(error(&"1 of (".repeat(MEGABYTE / 6)).what, deep);
    assert_eq!(error(&format!("{}a < 1", "(".repeat(40))).what, "The parenthesis at character 40 is not closed.");
    assert!(
        error(&format!("a < {}", "9".repeat(MEGABYTE))).what.ends_with("has more digits than can be kept exactly.")
    );
    assert!(error(&"x".repeat(MEGABYTE)).what.contains("is not compared"));
    assert_eq!(error(&"a".repeat(MEGABYTE)).at, MEGABYTE + 1);
    assert_eq!(error(&format!("a == \"{}", "\\\"".repeat(MEGABYTE / 2))).at, 6);
    let long = vec!["a < 1"; MEGABYTE / 10].join(" and ");
    assert_eq!(long.parse::<Condition>().unwrap().to_string(), long);
    let levels = format!("{}a < 1{}", "not (".repeat(64), ")".repeat(64));
    assert_eq!(levels.parse::<Condition>().unwrap().to_string().parse::<Condition>(), levels.parse());
}

#[test]
fn an_error_is_kept_as_json() {
    let found = error("p95 < 500 msec");
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(json, r#"{"at":11,"what":"«msec» is not a unit.","fix":"Write «ms».","nearest":"ms"}"#);
    assert_eq!(serde_json::from_str::<ParseError>(&json).unwrap(), found);
    assert!(
        serde_json::from_str::<Condition>("\"p95 <\"")
            .unwrap_err()
            .to_string()
            .contains("Character 6: The condition ends here.")
    );
}
