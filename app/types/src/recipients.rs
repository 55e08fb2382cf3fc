//! stub
use crate::contact::{Email,EmailFault};
pub struct Recipients { pub entries: Vec<Entry> }
pub struct Entry { pub range: std::ops::Range<usize>, pub reading: Reading }
pub enum Reading { Ready(Recipient), Duplicate(Recipient), Invalid { text: String, fault: EmailFault } }
pub struct Recipient { pub email: Email, pub name: String }
pub fn parse(_t:&str)->Recipients{Recipients{entries:vec![]}}
pub fn remove(t:&str,_r:std::ops::Range<usize>)->String{t.into()}
pub fn replace(t:&str,_r:std::ops::Range<usize>,_w:&str)->String{t.into()}
