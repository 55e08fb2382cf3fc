//! The idle connections, and how many may be busy.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::FAREWELL;
use super::connection::Connection;

/// Who holds a permit has at most one connection; an idle one is always taken before a new one is opened. So there are
/// never more connections than permits.
pub struct Pool {
    permits: Arc<Semaphore>,
    bound: usize,
    idle_for: Duration,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one used last on top, so that after a rush the rest grow old and go.
    stack: Vec<(Instant, Connection)>,
    reaped: bool,
}

impl Pool {
    pub fn new(connections: usize, idle_for: Duration) -> Self {
        let bound = connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(bound)),
            bound,
            idle_for,
            idle: Mutex::default(),
        }
    }

    pub fn bound(&self) -> usize {
        self.bound
    }

    /// Waits for leave to use one connection.
    pub async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // Fails only for a closed semaphore, and nobody closes this one.
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// The idle connection used last, unless it has lain too long.
    pub fn take(&self) -> Option<Connection> {
        let (since, connection) = self.lock().stack.pop()?;
        (since.elapsed() < self.idle_for).then_some(connection)
    }

    /// Keeps a connection for later, and sees to it that it doesn't stay for ever.
    pub fn put(self: &Arc<Self>, connection: Connection) {
        let mut idle = self.lock();
        idle.stack.push((Instant::now(), connection));
        if !idle.reaped {
            idle.reaped = true;
            tokio::spawn(reap(Arc::downgrade(self), Instant::now() + self.idle_for));
        }
    }

    /// Takes out what has lain too long, and tells when to look again; never, once nothing is left.
    fn expired(&self) -> (Vec<Connection>, Option<Instant>) {
        let mut idle = self.lock();
        // The oldest lie at the bottom.
        let old = idle
            .stack
            .iter()
            .take_while(|(since, _)| since.elapsed() >= self.idle_for)
            .count();
        let expired = idle
            .stack
            .drain(..old)
            .map(|(_, connection)| connection)
            .collect();
        let next = idle.stack.first().map(|(since, _)| *since + self.idle_for);
        idle.reaped = next.is_some();
        (expired, next)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Idle> {
        // The state is whole between any two statements, so a panic elsewhere doesn't spoil it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends connections that have lain too long, and itself when there are none.
async fn reap(pool: Weak<Pool>, first: Instant) {
    let mut next = Some(first);
    while let Some(when) = next {
        sleep_until(when).await;
        let Some(pool) = pool.upgrade() else { return };
        let (expired, later) = pool.expired();
        drop(pool);
        for mut connection in expired {
            tokio::spawn(async move { connection.quit(FAREWELL).await });
        }
        next = later;
    }
}
