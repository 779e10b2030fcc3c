//! HTTP/1.1 as tests need it: a request, its whole answer, and the connection is over.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The lines of the head in small letters, without the first.
    pub headers: Vec<(String, String)>,
    /// The body, as it was sent.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request and reads its answer.
///
/// # Errors
/// The connection fails, takes longer than `patience`, or what came is no HTTP.
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    patience: Duration,
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        head += &format!("host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!(
        "connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    read(&mut stream)
}

/// Reads an answer up to the length that it states, or to the end of the connection.
///
/// # Errors
/// The connection fails, or what came is no HTTP.
pub fn read(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut all = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        if let Some((mut answer, begin)) = head(&all) {
            let length = answer.header("content-length").parse::<usize>().ok();
            let bodiless = matches!(answer.status, 204 | 304);
            let length = if bodiless { Some(0) } else { length };
            if length.is_some_and(|length| all.len() >= begin + length) {
                answer.body = all.split_off(begin);
                return Ok(answer);
            }
        }
        match stream.read(&mut piece)? {
            0 => break,
            read => all.extend_from_slice(&piece[..read]),
        }
    }
    let cut_off = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
    let (mut answer, begin) = head(&all).ok_or_else(cut_off)?;
    let body = all.split_off(begin);
    answer.body = match answer.header("transfer-encoding") {
        "chunked" => unchunked(&body).ok_or_else(cut_off)?,
        _ => body,
    };
    Ok(answer)
}

fn head(all: &[u8]) -> Option<(Answer, usize)> {
    let end = all.windows(4).position(|it| it == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&all[..end]);
    let mut lines = text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_lowercase(), value.trim().to_owned()))
    });
    let answer = Answer {
        status,
        headers: headers.collect(),
        body: Vec::new(),
    };
    Some((answer, end + 4))
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|it| it == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_chunks_is_put_together() {
        assert_eq!(
            unchunked(b"3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n").as_deref(),
            Some(&b"abcde"[..])
        );
        assert_eq!(unchunked(b"9\r\nabc\r\n"), None);
    }

    #[test]
    fn a_head_is_read() {
        let (answer, begin) =
            head(b"HTTP/1.1 410 Gone\r\nContent-Type: text/html\r\n\r\nbody").unwrap();
        assert_eq!(
            (answer.status, answer.header("content-type"), begin),
            (410, "text/html", 46)
        );
    }
}
