//! "Doctor": looks at everything that sending needs, all at once, and says it line by line.
//!
//! - `dns`: what the sender's domain says of who may send for it
//! - `web`: whether the public address leads here

pub mod dns;
pub mod web;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    doctor::Examiner,
    ports::{Clock, OutgoingEmail},
};
use tokio::join;
use types::doctor::Finding;
use url::Url;

use self::{dns::Names, web::Web};
use crate::smtp::Patient;

/// For each step with the mail server; there are two.
const MAIL_WITHIN: Duration = Duration::from_secs(6);

/// What the Doctor looks at.
pub struct Doctor {
    /// `None`: messages are caught.
    pub mail: Option<Patient>,
    /// Of the DKIM key, as set; an admin may name another one.
    pub selector: Option<String>,
    pub public_url: Url,
    /// Whether a gateway takes text messages.
    pub has_sms: bool,
    pub names: Box<dyn Names>,
    pub web: Box<dyn Web>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Examiner for Doctor {
    async fn examine(&self, selector: Option<&str>, test: Option<OutgoingEmail>) -> Vec<Finding> {
        let selector = selector.or(self.selector.as_deref());
        let mail = async {
            match &self.mail {
                Some(patient) => {
                    let now = self.clock.now();
                    patient.examine(test.as_ref(), MAIL_WITHIN, now).await
                }
                None => vec![Finding::MailIsCaught],
            }
        };
        let names = async {
            // Caught messages leave for nowhere.
            match &self.mail {
                Some(patient) => {
                    dns::examine(&*self.names, patient.sending_domain(), selector).await
                }
                None => Vec::new(),
            }
        };
        let (mail, names, url) = join!(mail, names, web::examine(&*self.web, &self.public_url));
        let sms = if self.has_sms {
            Finding::SmsGateway
        } else {
            Finding::SmsIsCaught
        };
        mail.into_iter().chain(names).chain([url, sms]).collect()
    }
}
