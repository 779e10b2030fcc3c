//! A real browser, driven as WebDriver says, and what a page must be in it.
//!
//! Debian's Chromium and its driver, axe-core and html-validate: none of them is part of this
//! repository. Where they are not, [`missing`] says what to install; with `CAPACTIF_BROWSER=required`,
//! as CI sets it, tests fail then. Only our own pages on loopback are looked at.
//!
//! - `wire` (HTTP, as little as is needed), `portal` (the real program that serves the pages).

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::{Value, json};

pub mod portal;
pub mod wire;

/// Longer than a page takes to load and to be judged on a slow machine under load.
const PATIENCE: Duration = Duration::from_secs(120);

/// Names the element in answers of the driver (WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Judges a page by the rules of WCAG 2.1, levels A and AA, and those held good practice.
const JUDGE: &str = r#"
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ["violations"] }).then(
        result => done(result.violations.map(found =>
            found.id + ": " + found.nodes.map(node =>
                node.target.join(" ") + " (" + node.failureSummary.replace(/\s+/g, " ") + ")").join("; "))),
        error => done(["axe failed: " + error]));
"#;

/// Why no browser can be driven here, if it cannot: said aloud, and fatal where it is required.
///
/// # Panics
/// If something is missing and `CAPACTIF_BROWSER` says `required`.
#[must_use]
pub fn missing() -> Option<String> {
    let mut lacking = Vec::new();
    let has = |program: &str| {
        let asked = Command::new(program).arg("--version").output();
        asked.is_ok_and(|it| it.status.success())
    };
    for (program, package) in [
        ("chromium", "Debian's chromium"),
        ("chromedriver", "Debian's chromium-driver"),
        ("node", "Debian's nodejs"),
    ] {
        if !has(program) {
            lacking.push(package.to_owned());
        }
    }
    for file in [axe(), html_validate()] {
        if !file.is_file() {
            lacking.push(format!("{} (npm ci in tests/browser)", file.display()));
        }
    }
    if lacking.is_empty() {
        return None;
    }
    let told = format!(
        "the portal is not looked at: {} missing",
        lacking.join(", ")
    );
    assert!(
        !std::env::var("CAPACTIF_BROWSER").is_ok_and(|it| it == "required"),
        "{told}"
    );
    eprintln!("SKIPPED: {told}");
    Some(told)
}

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node_modules")
}

fn axe() -> PathBuf {
    modules().join("axe-core/axe.min.js")
}

fn html_validate() -> PathBuf {
    modules().join("html-validate/bin/html-validate.mjs")
}

/// What html-validate has against these files; empty where they are valid.
///
/// By the rules of the HTML standard alone. `form-dup-name` is no such rule: several boxes of one
/// name are how a form gives several values.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn faults_of_html(files: &[PathBuf]) -> String {
    let output = Command::new("node")
        .arg(html_validate())
        .args(["--formatter", "text", "--config"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/.htmlvalidate.json"))
        .args(files)
        .output()
        .expect("node was found a moment ago");
    if output.status.success() {
        return String::new();
    }
    let told = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&told).into_owned()
}

/// A window of the browser; it closes with this value.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    axe: String,
}

impl Browser {
    /// Opens a window.
    ///
    /// # Panics
    /// If the browser does not start; see [`missing`] first.
    #[must_use]
    pub fn open() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let said = BufReader::new(driver.stdout.take().expect("it is piped"));
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        let mut browser = Self {
            driver,
            address: ([127, 0, 0, 1], port).into(),
            session: String::new(),
            axe: std::fs::read_to_string(axe()).expect("axe-core is installed"),
        };
        // Without its sandbox, which a container's root cannot make; only our own pages are shown.
        // No name is looked up, so that the browser itself asks nobody anything.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": arguments },
        } } });
        let made = browser.ask("POST", "/session", &wanted);
        let id = made["sessionId"].as_str().expect("a session has an id");
        browser.session = format!("/session/{id}");
        browser.tell(
            "/timeouts",
            &json!({ "script": 60_000, "pageLoad": 60_000 }),
        );
        browser
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        let answer = wire::send(self.address, method, path, &[], body.as_bytes(), PATIENCE)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        assert!(
            answer.status == 200,
            "{method} {path}: {}",
            told["value"]["message"]
        );
        told["value"].clone()
    }

    fn tell(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{path}", self.session), body)
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.tell(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }

    /// Makes the window so wide, in CSS pixels.
    pub fn resize(&self, width: u32) {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Opens an address with scripts switched off, as every page is to work.
    ///
    /// They are switched on afterwards for what this module runs in the page: nothing of the page
    /// itself could run before.
    pub fn visit(&self, url: &str) {
        self.allow_scripts(false);
        self.tell("/url", &json!({ "url": url }));
        self.allow_scripts(true);
    }

    fn allow_scripts(&self, are_allowed: bool) {
        let value = json!({ "value": !are_allowed });
        self.devtools("Emulation.setScriptExecutionDisabled", &value);
    }

    /// What a function body gives in the page.
    pub fn run(&self, script: &str) -> Value {
        self.tell("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The text that an expression gives in the page.
    pub fn text(&self, expression: &str) -> String {
        let value = self.run(&format!("return {expression}"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The whole number that an expression gives in the page.
    pub fn number(&self, expression: &str) -> i64 {
        self.run(&format!("return {expression}"))
            .as_i64()
            .unwrap_or(-1)
    }

    /// Where the window is.
    #[must_use]
    pub fn url(&self) -> String {
        let url = self.ask("GET", &format!("{}/url", self.session), &Value::Null);
        url.as_str().unwrap_or_default().to_owned()
    }

    fn element(&self, selector: &str) -> String {
        let asked = json!({ "using": "css selector", "value": selector });
        let found = self.tell("/element", &asked);
        found[ELEMENT]
            .as_str()
            .expect("an element has an id")
            .to_owned()
    }

    /// Clicks what a CSS selector finds first; the page must show it.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.tell(&format!("/element/{element}/click"), &json!({}));
    }

    /// Writes into a field in the place of what it held.
    pub fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.tell(&format!("/element/{element}/clear"), &json!({}));
        self.tell(
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        );
    }

    /// Presses and lets go of a key.
    pub fn press(&self, key: Key) {
        let key = key.code();
        let presses = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [
            { "type": "keyDown", "value": key }, { "type": "keyUp", "value": key },
        ] }] });
        self.tell("/actions", &presses);
    }

    /// Waits until an expression holds in the page.
    ///
    /// # Panics
    /// If it does not within the patience of tests.
    pub fn wait_for(&self, expression: &str) {
        let begun = Instant::now();
        loop {
            // While a page gives way to the next, nothing can be run in either.
            let script = json!({ "script": format!("return Boolean({expression})"), "args": [] });
            let path = format!("{}/execute/sync", self.session);
            let body = script.to_string();
            let asked = wire::send(self.address, "POST", &path, &[], body.as_bytes(), PATIENCE);
            let told = asked.ok().filter(|it| it.status == 200);
            let told = told.and_then(|it| serde_json::from_slice::<Value>(&it.body).ok());
            if told.is_some_and(|it| it["value"] == true) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{expression} never holds at {}",
                self.url()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Rules of accessibility that the page breaks, each with where and how.
    #[must_use]
    pub fn barriers(&self) -> Vec<String> {
        self.run(&self.axe);
        let found = self.tell("/execute/async", &json!({ "script": JUDGE, "args": [] }));
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// What the browser complained about since it was asked last.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let said = self.tell("/se/log", &json!({ "type": "browser" }));
        let said = said.as_array().cloned().unwrap_or_default();
        let bad = said
            .iter()
            .filter(|it| matches!(it["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|it| it["message"].to_string()).collect()
    }

    /// Every address that a page of `origin` asked for since this was asked last.
    #[must_use]
    pub fn requests(&self, origin: &str) -> Vec<String> {
        let said = self.tell("/se/log", &json!({ "type": "performance" }));
        let said = said.as_array().cloned().unwrap_or_default();
        let events = said.iter().filter_map(|it| {
            let event: Value = serde_json::from_str(it["message"].as_str()?).ok()?;
            let event = &event["message"];
            let is_ours = event["params"]["documentURL"].as_str()?.starts_with(origin);
            let is_request = event["method"] == "Network.requestWillBeSent";
            let url = event["params"]["request"]["url"].as_str()?;
            (is_ours && is_request).then(|| url.to_owned())
        });
        events.collect()
    }

    /// The whole page as a PNG.
    ///
    /// # Panics
    /// If the browser gives none.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        let shot = self.devtools(
            "Page.captureScreenshot",
            &json!({ "captureBeyondViewport": true }),
        );
        let data = shot["data"].as_str().expect("a picture");
        BASE64
            .decode(data.as_bytes())
            .expect("as DevTools encodes it")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // The driver closes the browser that it opened; it would outlive it otherwise.
            let _ended = wire::send(self.address, "DELETE", &self.session, &[], b"", PATIENCE);
        }
        let _gone_already = self.driver.kill();
        let _gone = self.driver.wait();
    }
}

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// On to the next.
    Tab,
    /// Go.
    Enter,
}

impl Key {
    const fn code(self) -> &'static str {
        match self {
            Self::Tab => "\u{e004}",
            Self::Enter => "\u{e007}",
        }
    }
}
