//! The local API of a running node, asked without the command line in between.
//!
//! A command takes a process of its own; through the door a node gets hundreds of edits a second,
//! so that what interrupts it meets it in the middle of something.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use capactif_node::api::token;
use capactif_node::home::Home;
use serde_json::Value;

/// Where a running node answers, and what opens it.
#[derive(Clone, Debug)]
pub struct Door {
    address: SocketAddr,
    token: String,
}

/// Why an operation gave no result.
#[derive(Clone, Debug)]
pub enum Unanswered {
    /// The node refused, with this error.
    Refused(Value),
    /// The node ended before it answered: whether it did what was asked is not known.
    Gone,
}

impl Door {
    /// The door of the node that runs on `home`, if one does.
    #[must_use]
    pub fn of(home: &Path) -> Option<Self> {
        let owner = Home::open(home).ok()?.serving_owner().ok()??;
        let token = token::read(&owner.token_file?).ok()?;
        Some(Self {
            address: owner.api?,
            token: token.trim().to_owned(),
        })
    }

    /// A connection that asks for nothing yet.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(self.address)
    }

    /// Asks for one operation.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub fn call(&self, operation: &str, input: &Value) -> Result<Value, Unanswered> {
        let stream = self.connect().map_err(|_| Unanswered::Gone)?;
        self.call_over(stream, operation, input)
    }

    /// Asks for one operation over a connection that stands already.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub fn call_over(
        &self,
        stream: TcpStream,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Unanswered> {
        let answer = self.exchange(stream, operation, input).ok();
        let answer: Value = answer
            .as_deref()
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .ok_or(Unanswered::Gone)?;
        match answer.get("error") {
            Some(error) => Err(Unanswered::Refused(error.clone())),
            None => Ok(answer),
        }
    }

    /// The body of the answer; one that is cut short is no JSON object any more.
    fn exchange(
        &self,
        mut stream: TcpStream,
        operation: &str,
        input: &Value,
    ) -> std::io::Result<Vec<u8>> {
        let body = input.to_string();
        let request = format!(
            "POST /api/v1/{operation} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(&[request.as_bytes(), body.as_bytes()].concat())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
        let head = head.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        Ok(answer.split_off(head + 4))
    }
}
