//! Headless Chromium, controlled by JSON messages over its debugging pipe. A zero byte ends each message.

use crate::picture::Picture;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Maximum time for a page to satisfy a condition.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A running browser with an empty profile and one page.
pub struct Browser {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    session: Option<String>,
    last_id: u64,
    console: Vec<String>,
    _profile: TempDir,
}

impl Browser {
    /// Starts `chromium`, or the program in `TRAILGLOW_BROWSER`, with a page of the given size in CSS pixels and
    /// `scale` device pixels per CSS pixel. Panics if there is no browser.
    pub fn start((width, height): (u32, u32), scale: u32) -> Self {
        let program = std::env::var("TRAILGLOW_BROWSER").unwrap_or_else(|_| "chromium".into());
        let profile = tempfile::tempdir().expect("a temporary folder");
        // The browser reads commands from file descriptor 3 and answers on 4. The shell connects both to the pipes.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh", &program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args(["--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let stdin = process.stdin.take().expect("a pipe");
        let stdout = BufReader::new(process.stdout.take().expect("a pipe"));
        let (session, console) = (None, Vec::new());
        let mut browser = Browser { process, stdin, stdout, session, last_id: 0, console, _profile: profile };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        browser.session = browser.call("Target.attachToTarget", attach)["sessionId"].as_str().map(str::to_owned);
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            browser.call(domain, json!({}));
        }
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        browser.call("Emulation.setDeviceMetricsOverride", metrics);
        browser
    }

    /// Opens a URL and waits until the map is complete.
    pub fn open(&mut self, url: &str) {
        // A change of the fragment alone would not reload the page.
        self.call("Page.navigate", json!({"url": "about:blank"}));
        let answer = self.call("Page.navigate", json!({"url": url}));
        assert!(answer.get("errorText").is_none(), "{url}: {answer}");
        self.wait_until("location.href !== 'about:blank' && document.documentElement?.dataset.state === 'ready'");
    }

    /// Waits until an expression is true in the page.
    pub fn wait_until(&mut self, expression: &str) {
        let start = Instant::now();
        while self.evaluate(expression) != true {
            assert!(start.elapsed() < TIMEOUT, "never true: {expression}; console: {:?}", self.console);
            sleep(Duration::from_millis(30));
        }
    }

    /// Returns the value of an expression in the page. Promises are awaited.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", params);
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].take()
    }

    /// Takes a screenshot.
    pub fn picture(&mut self) -> Picture {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"}));
        Picture::decode(&base64(answer["data"].as_str().expect("a picture")))
    }

    /// Returns all console messages so far, from scripts, errors and the browser.
    pub fn console(&self) -> &[String] {
        &self.console
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": params});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        write!(self.stdin, "{request}\0").expect("the browser runs (is chromium installed?)");
        loop {
            let mut message = self.receive();
            if message["id"] == self.last_id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
            let event = message["method"].as_str().unwrap_or_default();
            if ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].contains(&event) {
                self.console.push(message["params"].to_string());
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut message = Vec::new();
        self.stdout.read_until(0, &mut message).expect("the browser answers");
        assert_eq!(message.pop(), Some(0), "the browser has ended (is chromium installed?)");
        serde_json::from_slice(&message).expect("the browser sends JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Fails if the browser has already ended, which is not an error of the test.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Decodes base64. Characters outside the alphabet, such as padding, are skipped.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(|byte| ALPHABET.iter().position(|&letter| letter == byte)) {
        bits = bits << 6 | u32::try_from(value).expect("six bits");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

#[test]
fn base64_is_decoded() {
    assert_eq!(base64("VHJhaWxnbG93"), b"Trailglow");
    assert_eq!(base64("/+8="), [0xff, 0xef]);
}
