use std::time::{Duration, Instant};

use domain::ports::SendError;

use super::{
    TEXT,
    double::{
        self, ACCOUNT, BUSY, Double, GARBLED, NO_MOBILE, NOT_VALID, SENDER_UNKNOWN, SILENT,
        TOO_MANY, UNSUBSCRIBED,
    },
    gateway, refused, sms,
};

const TIMEOUT: Duration = Duration::from_secs(5);

fn url(double: &Double, sender: &str) -> String {
    format!(
        "twilio://{ACCOUNT}:to%2Fken+1@127.0.0.1:{}?{sender}",
        double.port
    )
}

async fn answers(to: &str) -> Result<String, SendError> {
    let double = Double::twilio().await;
    let gateway = gateway(&url(&double, "from=+12025550143"), TIMEOUT);
    let taken = gateway.send(&sms(to)).await?;
    Ok(format!("{} {:?}", taken.answer.words, taken.reference))
}

#[tokio::test]
async fn asks_as_twilio_documents() {
    let double = Double::twilio().await;
    let by_number = gateway(&url(&double, "from=+12025550143"), TIMEOUT);
    let taken = by_number.send(&sms("+79051111111")).await.unwrap();
    assert_eq!(
        taken.reference.as_deref(),
        Some("SM0123456789abcdef0123456789abcdef")
    );
    assert_eq!(taken.answer.code, Some(201));
    let by_service = gateway(&url(&double, "service=MG1"), TIMEOUT);
    by_service.send(&sms("+79051111111")).await.unwrap();

    let asked = double.asked();
    let [first, second] = asked.as_slice() else {
        panic!("asked {} times", asked.len());
    };
    assert_eq!(
        first.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    let form = first.form();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    assert_eq!(field("To"), "+79051111111");
    assert_eq!(field("From"), "+12025550143");
    assert_eq!(field("Body"), TEXT);
    assert_eq!(
        field("StatusCallback"),
        format!(
            "https://usher.example/sms/twilio/status?delivery={}",
            super::ID
        )
    );
    assert_eq!(form.len(), 4);
    let form = second.form();
    assert_eq!(form.get("MessagingServiceSid").unwrap(), "MG1");
    assert!(!form.contains_key("From"));
}

#[tokio::test]
async fn its_errors_are_final_or_not() {
    let failed = |permanently, code, words: &str| Err(refused(permanently, code, words));
    assert_eq!(
        answers(NOT_VALID).await,
        failed(
            true,
            21211,
            "The 'To' number +15005550001 is not a valid phone number."
        )
    );
    assert_eq!(
        answers(UNSUBSCRIBED).await,
        failed(true, 21610, "Attempt to send to unsubscribed recipient")
    );
    assert_eq!(
        answers(NO_MOBILE).await,
        failed(
            true,
            21614,
            "'To' number is not a valid mobile number: +15005550009"
        )
    );
    assert_eq!(
        answers(TOO_MANY).await,
        failed(false, 20429, "Too Many Requests")
    );
    assert_eq!(
        answers(BUSY).await,
        failed(false, 503, "503 Service Unavailable")
    );
    // The operator's to put right: the message waits.
    let Err(SendError::Temporary(sender)) = answers(SENDER_UNKNOWN).await else {
        panic!("a wrong sender is not the recipient's fault");
    };
    assert_eq!(sender.code, Some(21606));
    // Taken is taken, however it is said: another try would be a second message.
    assert_eq!(answers(GARBLED).await, Ok("accepted None".to_owned()));
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let double = Double::twilio().await;
    let url = format!(
        "twilio://{ACCOUNT}:wrong-token@127.0.0.1:{}?service=MG1",
        double.port
    );
    let failed = gateway(&url, TIMEOUT).send(&sms("+79051111111")).await;
    assert_eq!(failed, Err(refused(false, 20003, "Authenticate")));
    let said = format!("{failed:?}");
    assert!(
        !said.contains("wrong-token") && !said.contains("d3Jvbmc"),
        "{said}"
    );
}

#[tokio::test]
async fn silence_ends_in_time() {
    let double = Double::twilio().await;
    let gateway = gateway(&url(&double, "service=MG1"), Duration::from_millis(200));
    let begun = Instant::now();
    let Err(SendError::Temporary(answer)) = gateway.send(&sms(SILENT)).await else {
        panic!("silence is no answer");
    };
    assert_eq!(answer.words, "no answer of the SMS gateway within 0.2 s");
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn nobody_there_is_told() {
    let double = Double::twilio().await;
    let url = url(&double, "service=MG1");
    drop(double);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let Err(SendError::Temporary(answer)) = gateway(&url, TIMEOUT).send(&sms("+79051111111")).await
    else {
        panic!("nobody is there");
    };
    let words = answer.words;
    assert!(
        words.starts_with("the SMS gateway cannot be reached: "),
        "{words}"
    );
    assert!(
        !words.contains("ken") && !words.contains(double::ACCOUNT),
        "{words}"
    );
}
