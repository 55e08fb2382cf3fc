//! stub
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Email(String);
impl Email { pub fn as_str(&self)->&str{&self.0} pub fn key(&self)->&str{&self.0} pub fn ascii(&self)->String{self.0.clone()} pub fn domain(&self)->&str{&self.0} pub fn parse(t:&str)->Result<Self,EmailFault>{Ok(Self(t.into()))} }
impl std::fmt::Display for Email { fn fmt(&self, f:&mut std::fmt::Formatter<'_>)->std::fmt::Result{f.write_str(&self.0)} }
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)] pub enum EmailFault { NoAt, NoLocalPart, NoDomain, TwoAts, DomainWithoutDot, DomainNotValid, CharacterNotAllowed(char), LocalPartNotAscii, DotMisplaced, TooLong }
