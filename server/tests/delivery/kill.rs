//! `usher` itself is killed amid a send, again and again: nobody is forgotten, and no more is repeated than there
//! were connections.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use domain::entity::{
    deliveries::{self, DeliveryState},
    invitations, users,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use sea_orm::EntityTrait;
use tempfile::TempDir;
use tokio::time::sleep;
use types::users::UserStatus;

use crate::{
    queue::{self, Queue},
    sink::{Sink, Taken},
};

const CONNECTIONS: usize = 8;
/// More than a lease: what is passed over after each kill, instead of waiting.
const PASSED: u64 = 120;
/// A process that does nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// An installation on disk, whose clock can be moved.
struct House {
    folder: TempDir,
    queue: Queue,
    sink: Sink,
    passed: u64,
}

impl House {
    async fn with(people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::new(&queue::sqlite(folder.path())).await;
        queue.invite(people, 20).await;
        // Long enough that a process dies with messages under way.
        let sink = Sink::scripted(Duration::from_millis(1), |_, _| None).await;
        Self {
            folder,
            queue,
            sink,
            passed: 0,
        }
    }

    fn clock(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Makes the time pass.
    fn pass(&mut self) {
        self.passed += PASSED;
        fs::write(self.clock(), self.passed.to_string()).unwrap();
    }

    fn start(&self) -> Child {
        let folder: &Path = self.folder.path();
        Command::new(env!("CARGO_BIN_EXE_usher"))
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .env("LEPTOS_OUTPUT_NAME", "usher")
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("USHER_SERVER__PUBLIC_URL", "http://127.0.0.1:3000")
            .env("USHER_SERVER__DATA_DIR", folder)
            .env("USHER_SERVER__TEST_CLOCK", self.clock())
            .env("USHER_DATABASE__URL", queue::sqlite(folder))
            .env("USHER_MAIL__URL", self.sink.url())
            .env("USHER_MAIL__CONNECTIONS", CONNECTIONS.to_string())
            .env("USHER_SECRET__KEYS", queue::key())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn taken(&self) -> usize {
        self.sink.look(|log| log.taken.len())
    }

    /// Waits until the server has taken so many messages altogether; false if it doesn't get there.
    async fn until_taken(&self, count: usize) -> bool {
        let begun = Instant::now();
        while self.taken() < count {
            if begun.elapsed() > PATIENCE {
                return false;
            }
            sleep(Duration::from_millis(1)).await;
        }
        true
    }

    /// Kills the process, and lets the server read what had arrived.
    async fn kill(&self, mut usher: Child) {
        usher.kill().unwrap();
        usher.wait().unwrap();
        let begun = Instant::now();
        while self.sink.look(|log| log.open) > 0 {
            assert!(begun.elapsed() < PATIENCE, "connections of the dead");
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Stops the process as an operator does.
    async fn stop(&self, mut usher: Child) -> ExitStatus {
        let id = usher.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success());
        let begun = Instant::now();
        loop {
            if let Some(status) = usher.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "does not end");
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn messages(&self) -> Vec<(deliveries::Model, Option<invitations::Model>)> {
        deliveries::Entity::find()
            .find_also_related(invitations::Entity)
            .all(self.queue.core.database().read())
            .await
            .unwrap()
    }
}

/// The link in a message.
fn link(raw: &str) -> String {
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    let text = mail.subparts[0].get_body().unwrap();
    let mut words = text.split_whitespace();
    let link = words.find(|word| word.contains("/invite/"));
    link.unwrap().to_owned()
}

/// What the database says, joined with what the server took in each life of the process.
async fn check(house: &House, people: usize, lives: &[usize]) {
    let taken: Vec<Taken> = house.sink.look(|log| log.taken.clone());
    // In which life the message at this place of the log was taken.
    let life = |place: usize| lives.iter().take_while(|end| **end <= place).count();
    let mut of_id: HashMap<&str, Vec<(usize, &Taken)>> = HashMap::new();
    for (place, message) in taken.iter().enumerate() {
        let copies = of_id.entry(&message.message_id).or_default();
        copies.push((life(place), message));
    }
    let mut repeated = vec![0; lives.len() + 1];
    for (id, copies) in &of_id {
        for pair in copies.windows(2) {
            let ((earlier, one), (later, other)) = (pair[0], pair[1]);
            assert!(earlier < later, "{id} was sent twice by one process");
            assert_eq!((&one.to, link(&one.raw)), (&other.to, link(&other.raw)));
            // Nobody heard that it was taken, because the process died.
            repeated[earlier] += 1;
        }
    }
    let total: usize = repeated.iter().sum();
    println!(
        "{} lives, {total} e-mails repeated, {repeated:?}",
        lives.len() + 1
    );
    assert!(repeated.iter().all(|count| *count <= CONNECTIONS));

    let messages = house.messages().await;
    assert_eq!(messages.len(), people, "one message for each");
    let invited: HashSet<_> = messages
        .iter()
        .map(|(_, invitation)| invitation.as_ref().unwrap().user_id)
        .collect();
    assert_eq!(invited.len(), people, "one invitation for each");
    let recipients: HashSet<&str> = taken.iter().map(|message| message.to.as_str()).collect();
    assert_eq!(recipients.len(), people, "nobody is forgotten");
    assert_eq!(of_id.len(), people, "one e-mail for each");
    let mut tries = 0;
    for (message, invitation) in &messages {
        assert_eq!(message.state, DeliveryState::Sent);
        assert_eq!(invitation.as_ref().unwrap().generation, 1);
        let id = format!("<{}@127.0.0.1>", message.id);
        let copies = of_id.get(id.as_str()).unwrap();
        let counted = usize::try_from(message.attempt).unwrap();
        assert!(
            copies.len() <= counted,
            "{id} was sent without being counted"
        );
        tries += counted;
    }
    assert!(
        tries <= people + lives.len() * CONNECTIONS,
        "what was only claimed is not counted as tried: {tries}"
    );
    let statuses = users::Entity::find()
        .all(house.queue.core.database().read())
        .await
        .unwrap();
    let invited = statuses
        .iter()
        .filter(|user| user.status == UserStatus::Invited);
    assert_eq!(invited.count(), people);
}

/// Kills it so often, at random points, and lets it finish then.
async fn killed(people: usize, kills: usize) {
    let mut chance = SmallRng::seed_from_u64(5);
    let mut house = House::with(people).await;
    // Where in the server's log each life ended.
    let mut lives = Vec::new();
    let each = people / (kills + 1);
    for kill in 0..kills {
        let usher = house.start();
        if kill % 10 == 9 {
            // At any time, as it starts too.
            sleep(Duration::from_millis(chance.random_range(0..1_500))).await;
        } else {
            let count = house.taken() + chance.random_range(1..=each);
            assert!(house.until_taken(count.min(people)).await, "it is stuck");
            sleep(Duration::from_micros(chance.random_range(0..8_000))).await;
        }
        house.kill(usher).await;
        lives.push(house.taken());
        house.pass();
    }
    let usher = house.start();
    let begun = Instant::now();
    while house.queue.unsettled().await > 0 {
        assert!(begun.elapsed() < PATIENCE * 5, "it is stuck");
        sleep(Duration::from_millis(20)).await;
    }
    assert!(house.stop(usher).await.success());
    check(&house, people, &lives).await;
}

/// `make kill-test` asks for more of both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_loses_nothing() {
    killed(asked_for("PEOPLE", 400), asked_for("KILLS", 5)).await;
}

#[expect(clippy::disallowed_methods, reason = "not a setting of Usher's")]
fn asked_for(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |number| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_stopped_gives_back_what_it_had_only_claimed() {
    let house = House::with(300).await;
    let usher = house.start();
    assert!(house.until_taken(50).await, "it is stuck");
    assert!(house.stop(usher).await.success());
    let messages = house.messages().await;
    let count = |state| messages.iter().filter(|(it, _)| it.state == state).count();
    assert_eq!(count(DeliveryState::Sending), 0);
    assert_eq!(count(DeliveryState::Sent), house.taken());
    assert!(count(DeliveryState::Queued) > 0, "it was stopped too late");

    // No time passes: they are there for the next one at once.
    let usher = house.start();
    assert!(house.until_taken(300).await, "it is stuck");
    assert!(house.stop(usher).await.success());
    check(&house, 300, &[]).await;
}
