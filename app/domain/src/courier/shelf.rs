//! Messages that were claimed and composed ahead, by domain.

use std::collections::{HashMap, VecDeque};

use types::ids::DeliveryId;

use super::letters::Composed;

/// Gives the domains their turn one after the other.
#[derive(Default)]
pub(super) struct Shelf {
    lanes: HashMap<String, VecDeque<Composed>>,
    /// The names of those that have something, in the order of their turns.
    turns: VecDeque<String>,
}

impl Shelf {
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    pub fn put(&mut self, letter: Composed) {
        let lane = self.lane(letter.domain());
        lane.push_back(letter);
    }

    /// For what did not begin after all.
    pub fn put_first(&mut self, letter: Composed) {
        let lane = self.lane(letter.domain());
        lane.push_front(letter);
    }

    fn lane(&mut self, domain: &str) -> &mut VecDeque<Composed> {
        if !self.lanes.contains_key(domain) {
            self.turns.push_back(domain.to_owned());
        }
        self.lanes.entry(domain.to_owned()).or_default()
    }

    /// The next message of the first domain that is admitted.
    pub fn take(&mut self, mut admits: impl FnMut(&str) -> bool) -> Option<Composed> {
        for _ in 0..self.turns.len() {
            let domain = self.turns.pop_front()?;
            if !admits(&domain) {
                self.turns.push_back(domain);
                continue;
            }
            let lane = self.lanes.get_mut(&domain)?;
            let letter = lane.pop_front();
            if lane.is_empty() {
                self.lanes.remove(&domain);
            } else {
                self.turns.push_back(domain);
            }
            return letter;
        }
        None
    }

    /// Everything of the domains that are meant.
    pub fn take_all(&mut self, is_meant: impl Fn(&str) -> bool) -> Vec<Composed> {
        let (meant, others) = std::mem::take(&mut self.turns)
            .into_iter()
            .partition(|domain| is_meant(domain));
        self.turns = others;
        let meant: VecDeque<String> = meant;
        let letters = meant.iter().filter_map(|domain| self.lanes.remove(domain));
        letters.flatten().collect()
    }

    /// How many there are of each domain.
    pub fn stock(&self) -> impl Iterator<Item = (&str, usize)> {
        let lanes = self.lanes.iter();
        lanes.map(|(domain, lane)| (domain.as_str(), lane.len()))
    }

    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.turns.iter().map(String::as_str)
    }

    pub fn ids(&self) -> impl Iterator<Item = DeliveryId> {
        self.lanes.values().flatten().map(|letter| letter.row.id)
    }
}
