use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{
        Name, Record,
        rdata::{A, MX, SOA},
    },
};
use tokio::net::UdpSocket;

use super::*;

/// A name server with a few domains, of which each has its own trouble; counts what it is asked.
struct Server {
    dns: Dns,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Dns::at(socket.local_addr().unwrap()).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut buffer = [0; 2_048];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                counter.fetch_add(1, Ordering::SeqCst);
                let question = Message::from_vec(&buffer[..length]).unwrap();
                if let Some(answer) = answer(question) {
                    let bytes = answer.to_vec().unwrap();
                    socket.send_to(&bytes, from).await.unwrap();
                }
            }
        });
        Self { dns, asked }
    }
}

fn answer(question: Message) -> Option<Message> {
    let query = question.queries[0].clone();
    let name = query.name().clone();
    let mx = |exchange: &str| RData::MX(MX::new(10, Name::from_ascii(exchange).unwrap()));
    let address = RData::A(A(Ipv4Addr::new(192, 0, 2, 7)));
    let (code, data) = match (name.to_string().as_str(), query.query_type()) {
        ("mail.example.", RecordType::MX) => (ResponseCode::NoError, Some(mx("mx.mail.example."))),
        ("null.example.", RecordType::MX) => (ResponseCode::NoError, Some(mx("."))),
        ("null.example." | "old.example.", RecordType::A) => (ResponseCode::NoError, Some(address)),
        ("old.example." | "empty.example.", _) | ("half.example.", RecordType::MX) => {
            (ResponseCode::NoError, None)
        }
        ("broken.example." | "half.example.", _) => (ResponseCode::ServFail, None),
        ("refused.example.", _) => (ResponseCode::Refused, None),
        ("silent.example.", _) => return None,
        _ => (ResponseCode::NXDomain, None),
    };
    let mut answer = question.into_response();
    answer.metadata.response_code = code;
    match data {
        Some(data) => {
            answer.add_answer(Record::from_rdata(name, 300, data));
        }
        // Without it nobody keeps that there is nothing.
        None if code != ResponseCode::ServFail => {
            let zone = Name::from_ascii("example.").unwrap();
            let soa = SOA::new(zone.clone(), zone.clone(), 1, 1, 1, 1, 300);
            answer.add_authority(Record::from_rdata(zone, 300, RData::SOA(soa)));
        }
        None => {}
    }
    Some(answer)
}

#[tokio::test]
async fn a_domain_takes_mail_as_mail_servers_see_it() {
    let Server { dns, .. } = Server::start().await;
    for (domain, takes) in [
        ("mail.example", TakesMail::Yes),
        // No MX: the domain's own address is the mail server.
        ("old.example", TakesMail::Yes),
        // RFC 7505; its address is a web server's.
        ("null.example", TakesMail::No),
        ("empty.example", TakesMail::No),
        ("no-such.example", TakesMail::No),
        // Nobody is refused for the trouble of a name server.
        ("broken.example", TakesMail::Unknown),
        ("refused.example", TakesMail::Unknown),
        ("half.example", TakesMail::Unknown),
        ("silent.example", TakesMail::Unknown),
        ("not a name", TakesMail::Unknown),
    ] {
        assert_eq!(dns.takes_mail(domain).await, takes, "{domain}");
    }
}

#[tokio::test]
async fn what_is_known_is_not_asked_again() {
    let Server { dns, asked } = Server::start().await;
    for domain in ["mail.example", "empty.example", "no-such.example"] {
        let first = dns.takes_mail(domain).await;
        let questions = asked.load(Ordering::SeqCst);
        assert_eq!(dns.takes_mail(domain).await, first);
        assert_eq!(asked.load(Ordering::SeqCst), questions, "{domain}");
    }
}
