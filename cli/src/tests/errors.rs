//! Failures: what people read, and the exit codes that scripts read.

use super::*;

#[test]
fn every_kind_of_failure_has_its_exit_code() {
    for (exit, code) in [
        (ExitKind::Failed, 1),
        (ExitKind::Usage, 2),
        (ExitKind::NotFound, 3),
        (ExitKind::Refused, 4),
        (ExitKind::NeedsDecision, 5),
        (ExitKind::Unreachable, 6),
    ] {
        let node = Canned::failing("status", refused("whatever", exit));
        assert_eq!(run(&node, Language::French, &["status"]).code, code);
    }
    let nobody = Canned::answering("sync", json!({ "peers": [] }));
    assert_eq!(run(&nobody, Language::French, &["sync"]).code, 6);
    assert_eq!(
        run(&nobody, Language::French, &["sync", "--nonsense"]).code,
        2
    );
    assert_eq!(run(&nobody, Language::French, &[]).code, 2);
    assert_eq!(run(&nobody, Language::French, &["--version"]).code, 0);
}

#[test]
fn a_message_says_what_and_what_to_do_in_the_persons_language() {
    let error = refused("address_in_use", ExitKind::Failed).with("address", "127.0.0.1:7420");
    let node = Canned::failing("status", error);
    let french = run(&node, Language::French, &["status"]);
    assert_eq!(french.out, "");
    assert_eq!(
        french.err,
        "Erreur : Un autre programme écoute déjà sur 127.0.0.1:7420.\n  \
         → Choisissez un autre port, ou arrêtez ce programme.\n"
    );
    let english = run(&node, Language::English, &["status"]);
    assert!(
        english.err.starts_with("Error: Another program already"),
        "{}",
        english.err
    );
}

#[test]
fn a_code_without_message_falls_back_on_english() {
    let error = refused("from_the_future", ExitKind::Failed)
        .with_details(vec![fault("insee_code", "from_the_future_too")]);
    let ran = run(
        &Canned::failing("record.add", error),
        Language::French,
        &["opportunity", "add", "--commune", "Paris"],
    );
    assert_eq!(
        ran.err,
        "Erreur : The registry said no.\n  • --insee-code : Is not right.\n"
    );
}

#[test]
fn json_mode_tells_failures_in_json_too() {
    let error = refused("whatever", ExitKind::NotFound).with("id", "ab");
    let ran = run(
        &Canned::failing("status", error),
        Language::French,
        &["--json", "status"],
    );
    let told: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(
        (told["error"]["code"].as_str(), ran.code),
        (Some("whatever"), 3)
    );
    assert_eq!(told["error"]["args"]["id"], "ab");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ran = run(
        &Canned::default(),
        Language::French,
        &["import", "nowhere.csv", "--collection", "opportunity"],
    );
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.contains("« nowhere.csv » n’existe pas"),
        "{}",
        ran.err
    );
}

#[test]
fn a_reader_that_leaves_ends_the_command_silently() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut err = Vec::new();
    let streams = Streams {
        out: Box::new(Gone),
        err: Box::new(&mut err),
        input: Box::new(std::io::empty()),
    };
    let node = Canned::answering("status", output::status());
    let line = vec!["capactif", "--home", "unused", "status"];
    let code = crate::run(line, Language::French, Terminal::default(), streams, &node);
    assert_eq!((code, err.as_slice()), (0, &b""[..]));
}

#[test]
fn problems_that_doctor_finds_fail_but_are_all_shown() {
    let answer = json!({ "ok": false, "checked": { "entries": 12 },
        "problems": [{ "code": "unheard_of", "message": "the chain is broken" }] });
    let ran = run(
        &Canned::answering("doctor", answer),
        Language::English,
        &["doctor"],
    );
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("The chain is broken."), "{}", ran.out);
    assert!(ran.err.contains("One problem was found."), "{}", ran.err);
}
