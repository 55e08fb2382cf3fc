//! Notes who opens invitations, beside the requests and never in their way.
//!
//! Mail scanners, previews and browsers that fetch ahead follow links too. Whoever says of themselves that they do, or
//! follows the link without keeping its cookie and coming to `/accept` with it, looks like one of them; who comes there
//! is taken for a person.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use domain::{Core, entity::openings::OpenedBy, openings, tokens::InvitationToken};
use http::{HeaderMap, Method, header::USER_AGENT};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use types::ids::InvitationId;

/// How long a browser takes at most from the link to the page.
pub const WITHIN: Duration = Duration::from_secs(20);
/// Openings that may wait to be noted; what comes on top is not noted.
const WAITING: usize = 1_000;
/// Links of which something is remembered.
const REMEMBERED: usize = 10_000;

/// Words in the names of programs that follow links for no person; in small letters.
const SCANNERS: [&str; 29] = [
    "barracuda",
    "bot",
    "checkpoint",
    "cloudmark",
    "crawl",
    "curl/",
    "facebookexternalhit",
    "fireeye",
    "forcepoint",
    "go-http-client",
    "google-safety",
    "googleimageproxy",
    "java/",
    "libwww",
    "mimecast",
    "preview",
    "proofpoint",
    "python-",
    "safebrowsing",
    "scan",
    "sophos",
    "spider",
    "symantec",
    "trendmicro",
    "urldefense",
    "virustotal",
    "wget",
    "whatsapp",
    "zscaler",
];

/// What a request looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Looks {
    Person,
    Scanner,
}

impl Looks {
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let fetched_ahead = ["purpose", "sec-purpose", "x-purpose", "x-moz"]
            .into_iter()
            .filter_map(says)
            .any(|purpose| purpose.contains("prefetch") || purpose.contains("preview"));
        let program = says(USER_AGENT.as_str()).unwrap_or_default().to_lowercase();
        // There are telephones of that name.
        let program = program.replace("cubot", "");
        let named = program.is_empty() || SCANNERS.iter().any(|word| program.contains(word));
        if method == Method::HEAD || fetched_ahead || named {
            Self::Scanner
        } else {
            Self::Person
        }
    }
}

/// Which offer of an invitation.
type Offer = (InvitationId, i32);

enum Seen {
    Followed(InvitationToken, Looks),
    Arrived(InvitationToken, Looks),
}

/// Where requests leave what they have seen.
#[derive(Clone)]
pub struct Openings(Option<mpsc::Sender<Seen>>);

impl Openings {
    /// Notes what is seen, until it is told to stop. A link that nobody has come from `within` that time was followed
    /// by a scanner.
    pub fn start(core: Arc<Core>, within: Duration, stopping: CancellationToken) -> Self {
        let (seen, seeing) = mpsc::channel(WAITING);
        let notes = Notes {
            core,
            within,
            followed: HashMap::new(),
            noted: HashSet::new(),
        };
        tokio::spawn(notes.take(seeing, stopping));
        Self(Some(seen))
    }

    /// Notes nothing.
    pub fn none() -> Self {
        Self(None)
    }

    /// Somebody has followed a link.
    pub fn followed(&self, core: &Core, token: &str, looks: Looks) {
        self.saw(core, token, |link| Seen::Followed(link, looks));
    }

    /// Somebody has come to `/accept` with it.
    pub fn arrived(&self, core: &Core, token: &str, looks: Looks) {
        self.saw(core, token, |link| Seen::Arrived(link, looks));
    }

    fn saw(&self, core: &Core, token: &str, seen: impl FnOnce(InvitationToken) -> Seen) {
        // What nobody has signed takes no place here.
        if let Some(notes) = &self.0
            && let Some(link) = openings::genuine(core, token)
        {
            let _ = notes.try_send(seen(link));
        }
    }
}

/// Whoever writes the notes.
struct Notes {
    core: Arc<Core>,
    within: Duration,
    /// Until when somebody may come from the link.
    followed: HashMap<Offer, (InvitationToken, Instant)>,
    /// Nothing new is to be said of these; the database knows the rest.
    noted: HashSet<(Offer, Looks)>,
}

impl Notes {
    async fn take(mut self, mut seeing: mpsc::Receiver<Seen>, stopping: CancellationToken) {
        loop {
            let next = self.followed.values().map(|(_, until)| *until).min();
            let late = async {
                match next {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                seen = seeing.recv() => match seen {
                    Some(Seen::Followed(link, Looks::Person)) => self.wait_for(link),
                    Some(Seen::Followed(link, Looks::Scanner)) => self.note(link, Looks::Scanner).await,
                    Some(Seen::Arrived(link, looks)) => {
                        self.followed.remove(&(link.invitation, link.generation));
                        self.note(link, looks).await;
                    }
                    None => return,
                },
                () = late => self.give_up().await,
                () = stopping.cancelled() => return,
            }
        }
    }

    fn wait_for(&mut self, link: InvitationToken) {
        let offer = (link.invitation, link.generation);
        let is_noted = self.noted.contains(&(offer, Looks::Person));
        if !is_noted && self.followed.len() < REMEMBERED {
            let until = Instant::now() + self.within;
            self.followed.entry(offer).or_insert((link, until));
        }
    }

    /// Nobody has come from these links.
    async fn give_up(&mut self) {
        let now = Instant::now();
        let late: Vec<_> = self
            .followed
            .extract_if(|_, (_, until)| *until <= now)
            .collect();
        for (_, (link, _)) in late {
            self.note(link, Looks::Scanner).await;
        }
    }

    async fn note(&mut self, link: InvitationToken, looks: Looks) {
        let offer = (link.invitation, link.generation);
        if self.noted.contains(&(offer, looks)) {
            return;
        }
        let by = match looks {
            Looks::Person => OpenedBy::Person,
            Looks::Scanner => OpenedBy::Scanner,
        };
        if let Err(fault) = openings::note(&self.core, link, by).await {
            tracing::warn!(%fault, "an opening could not be noted");
            return;
        }
        if self.noted.len() >= REMEMBERED {
            self.noted.clear();
        }
        self.noted.insert((offer, looks));
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    fn looks(method: &Method, pairs: &[(&'static str, &'static str)]) -> Looks {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Looks::of(method, &pairs.collect())
    }

    #[test]
    fn a_browser_is_a_person_and_who_says_otherwise_is_not() {
        let get = Method::GET;
        assert_eq!(looks(&get, &[("user-agent", CHROME)]), Looks::Person);
        let phone = "Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG) Chrome/142.0.0.0 Mobile";
        assert_eq!(looks(&get, &[("user-agent", phone)]), Looks::Person);
        assert_eq!(
            looks(
                &get,
                &[
                    ("user-agent", CHROME),
                    ("sec-purpose", "prefetch;prerender")
                ]
            ),
            Looks::Scanner
        );
        assert_eq!(
            looks(&get, &[("user-agent", CHROME), ("x-purpose", "preview")]),
            Looks::Scanner
        );
        assert_eq!(
            looks(&Method::HEAD, &[("user-agent", CHROME)]),
            Looks::Scanner
        );
        assert_eq!(looks(&get, &[]), Looks::Scanner);
        for program in [
            "BarracudaCentral/1.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1)",
            "curl/8.14",
            "SkypeUriPreview Preview/0.5",
            "python-requests/2.32",
        ] {
            assert_eq!(
                looks(&get, &[("user-agent", program)]),
                Looks::Scanner,
                "{program}"
            );
        }
    }
}
