//! What is refused: another's name, too much, too slow, too often, what leads elsewhere.

use super::*;

#[test]
fn a_portal_answers_to_its_own_name_alone() {
    let town = Town::open();
    assert_eq!(town.get("/").status, 200);
    let port = town.address.port();
    for host in [
        "portail.example",
        "evil.example",
        "",
        "127.0.0.1:1",
        "127.0.0.1.evil.example",
    ] {
        let answer = town.ask_as(host, "GET /", &[]);
        assert!(
            matches!(answer.status, 400 | 421),
            "{host}: {}",
            answer.status
        );
        assert!(!answer.text().contains("Boulangerie"), "{host}");
    }
    let named = town.ask_as(&format!("localhost:{port}"), "GET /", &[]);
    assert_eq!(named.status, 200);
    let whole = town.ask_as(
        "evil.example",
        &format!("GET http://evil.example:{port}/"),
        &[],
    );
    assert_eq!(whole.status, 421);
}

#[test]
fn every_answer_keeps_browsers_from_running_framing_or_guessing() {
    let town = Town::open();
    for (path, status) in [
        ("/", 200),
        ("/rien", 404),
        ("/assets/rien.css", 404),
        ("/data/opportunites.csv", 200),
        ("/data/opportunites.csv?x=1", 400),
    ] {
        let answer = town.get(path);
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("script"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
}

#[test]
fn paths_and_encodings_that_lead_elsewhere_find_nothing() {
    let town = Town::open();
    for path in [
        "/assets/../../../etc/passwd",
        "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/opportunites/..%2f..%2fconfig.json",
        "/opportunites/%ff%fe%00",
        "/opportunites/%",
        "/opportunites/%zz",
        "/data/..%5c..%5cconfig.json",
        "/en/opportunities/%F0%9F%92%A5",
    ] {
        let answer = town.get(path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("root:"),
            "{path}"
        );
    }
    // In what is asked, anything may stand: it is read as far as it can be.
    for query in [
        "q=%ff%fe",
        "q=%",
        "q=%00",
        "q=%3Cscript%3E",
        "page=-1",
        "page=99999999999999999999",
        "km=NaN",
    ] {
        let answer = town.get(&format!("/opportunites?{query}"));
        assert_eq!(answer.status, 200, "{query}");
        assert!(!answer.text().contains("<script"), "{query}");
    }
    let long = format!("/opportunites?q={}", "a".repeat(5_000));
    assert_eq!(town.get(&long).status, 414);
}

#[test]
fn ten_megabytes_are_not_read() {
    let town = Town::open();
    for path in ["/", "/mon-projet", "/data/opportunites.csv"] {
        let mut stream = town.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 10485760\r\n\r\n",
            town.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let piece = [b'a'; 64 * 1024];
        // It may answer and hang up while we are still sending.
        let sent = (0..160)
            .take_while(|_| stream.write_all(&piece).is_ok())
            .count();
        let mut all = [0; 12];
        let read = stream.read_exact(&mut all).is_ok();
        let status = String::from_utf8_lossy(&all).into_owned();
        let is_refused = ["404", "405", "413"].iter().any(|it| status.ends_with(it));
        assert!(!read || is_refused, "{path}: {status} after {sent} pieces");
        assert_eq!(town.get("/").status, 200, "it goes on");
    }
}

#[test]
fn who_asks_without_end_is_told_to_wait_and_others_are_served() {
    let town = Town::open();
    let from = "x-forwarded-for: 198.51.100.7, 192.0.2.1";
    let mut stream = town.connect();
    let host = town.address;
    let mut refused = None;
    for number in 0..400 {
        let request = format!("HEAD /assets/rien HTTP/1.1\r\nhost: {host}\r\n{from}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let answer = Answer::of(&head);
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), "5");
            refused = Some(number);
            break;
        }
    }
    assert!(refused.is_some_and(|number| number >= 300), "{refused:?}");
    let told = town.ask("GET /", &[from]);
    assert!(told.status == 429 || told.status == 200, "{}", told.status);
    assert_eq!(
        town.ask("GET /", &["x-forwarded-for: 192.0.2.2"]).status,
        200
    );
    // What a visitor says itself, before its proxy, changes nothing.
    let forged = town.ask("POST /rien", &["x-forwarded-for: 203.0.113.9, 192.0.2.1"]);
    assert_eq!(forged.status, 429);
    assert_eq!(town.get("/").status, 200, "of this machine");
}

#[test]
fn who_says_nothing_says_it_slowly_or_reads_nothing_is_let_go() {
    let bounds = Bounds {
        patience: Duration::from_millis(400),
        ..Bounds::default()
    };
    let town = Town::within(bounds);
    let begun = Instant::now();
    let mut silent = town.connect();
    let mut slow = town.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: ").unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let mut letters = 0;
    // A letter now and then is no reason to wait longer.
    let is_over = loop {
        let mut byte = [0];
        match slow.read(&mut byte) {
            Ok(_) => break true,
            Err(error)
                if error.kind() == std::io::ErrorKind::WouldBlock
                    || error.kind() == std::io::ErrorKind::TimedOut => {}
            Err(_) => break true,
        }
        if slow.write_all(b"a").is_err() {
            break true;
        }
        letters += 1;
        if begun.elapsed() > PATIENCE {
            break false;
        }
    };
    assert!(is_over, "{letters} letters were waited for");
    let mut rest = Vec::new();
    let _reset_or_closed = silent.read_to_end(&mut rest);
    assert!(
        begun.elapsed() < PATIENCE,
        "nothing was waited for to the end"
    );
    assert_eq!(town.get("/").status, 200);
}

#[test]
fn connections_that_stand_about_keep_nobody_out_for_long() {
    let bounds = Bounds {
        in_all: 2,
        patience: Duration::from_millis(400),
        ..Bounds::default()
    };
    let town = Town::within(bounds);
    let _idle: Vec<TcpStream> = (0..8).map(|_| town.connect()).collect();
    assert_eq!(town.get("/").status, 200);
}
