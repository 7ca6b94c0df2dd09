//! Asking for the member's token.

use std::{
    cell::{Cell, RefCell},
    future::{Future, pending},
    pin::pin,
    task::{Context, Waker},
};

use stampcard_client::{
    Backend, Error, Guest, PageRequest, Token, TokenError, TokenSource, TransportError, Unreachable,
};

use crate::{
    answers::{self, key, wish},
    scripted::{client, member, ok, problem, token},
};

/// A source that gives what it was told, one after the other, and remembers how it was asked.
#[derive(Default)]
struct Counter {
    gives: RefCell<Vec<Result<Option<Token>, TokenError>>>,
    asked: RefCell<Vec<bool>>,
}

impl Counter {
    fn new(gives: impl IntoIterator<Item = Result<Option<Token>, TokenError>>) -> Self {
        let mut gives: Vec<_> = gives.into_iter().collect();
        gives.reverse();
        Self { gives: RefCell::new(gives), asked: RefCell::default() }
    }
}

impl TokenSource for &Counter {
    async fn token(&self, refresh: bool) -> Result<Option<Token>, TokenError> {
        self.asked.borrow_mut().push(refresh);
        tokio::task::yield_now().await;
        self.gives.borrow_mut().pop().expect("the script foresees the question")
    }
}

fn some(text: &str) -> Result<Option<Token>, TokenError> {
    Ok(Some(token(text)))
}

#[tokio::test]
async fn a_refused_token_is_asked_for_again_once_and_then_used() {
    let source = Counter::new([some("old"), some("new")]);
    let (client, network) =
        client(&source, [problem(401, "unauthorized"), ok(&answers::me()), ok(&answers::me())]);
    client.me().await.unwrap();
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer old", "Bearer new", "Bearer new"]);
    assert_eq!(*source.asked.borrow(), [false, true]);
    assert!(network.waited().is_empty());
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_given_up() {
    let source = Counter::new([some("old"), some("new")]);
    let (client, network) = client(&source, [problem(401, "unauthorized"), problem(401, "unauthorized")]);
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(network.sent().len(), 2);
}

#[tokio::test]
async fn a_redemption_keeps_its_key_when_the_token_is_renewed() {
    let source = Counter::new([some("old"), some("new")]);
    let (client, network) = client(&source, [problem(401, "unauthorized"), ok(&answers::redemption())]);
    client.redeem(&key(), &wish()).await.unwrap();
    let sent = network.sent();
    assert_eq!(sent[0].header("idempotency-key"), sent[1].header("idempotency-key"));
    assert_eq!(sent[0].body, sent[1].body);
}

#[tokio::test]
async fn a_guest_asks_for_nothing_of_a_member() {
    let (client, network) = client(Guest, [ok(&answers::program())]);
    let page = PageRequest::default();
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(client.my_rewards(&page).await.map(drop), Err(Error::Unauthorized));
    assert_eq!(client.entries(&page).await.map(drop), Err(Error::Unauthorized));
    assert_eq!(client.vouchers(&page).await.map(drop), Err(Error::Unauthorized));
    assert_eq!(client.redeem(&key(), &wish()).await, Err(Error::Unauthorized));
    client.program().await.unwrap();
    assert_eq!(network.tokens(), ["none"]);
}

#[tokio::test]
async fn a_member_who_is_gone_when_the_token_is_renewed_is_a_guest() {
    let source = Counter::new([some("old"), Ok(None)]);
    let (client, _) = client(&source, [problem(401, "unauthorized")]);
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(source.asked.borrow().len(), 2);
}

#[tokio::test]
async fn a_fixed_token_that_was_refused_is_not_sent_again() {
    let (client, network) = client(member(), [problem(401, "unauthorized")]);
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    assert_eq!(network.sent().len(), 1);
}

#[tokio::test]
async fn calls_side_by_side_ask_for_the_token_once() {
    let source = Counter::new([some("shared")]);
    let (client, network) = client(&source, (0..3).map(|_| ok(&answers::me())));
    let (a, b, c) = tokio::join!(biased; client.me(), client.me(), client.me());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(source.asked.borrow().len(), 1);
    assert_eq!(network.tokens(), ["Bearer shared"; 3]);
}

#[tokio::test]
async fn calls_side_by_side_renew_a_refused_token_once() {
    let source = Counter::new([some("old"), some("new")]);
    let refused = (0..3).map(|_| problem(401, "unauthorized"));
    let (client, network) = client(&source, refused.chain((0..3).map(|_| ok(&answers::me()))));
    let (a, b, c) = tokio::join!(biased; client.me(), client.me(), client.me());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(*source.asked.borrow(), [false, true]);
    assert_eq!(network.tokens()[3..], ["Bearer new"; 3]);
}

#[tokio::test]
async fn a_failing_source_fails_the_calls_that_waited_for_it_and_is_asked_again_by_the_next() {
    let source = Counter::new([Err(TokenError), some("late")]);
    let (client, network) = client(&source, [ok(&answers::me())]);
    let (a, b) = tokio::join!(biased; client.me(), client.me());
    let failed = Err(Error::Unreachable(Unreachable::TokenSource));
    assert_eq!((&a, &b), (&failed, &failed));
    assert_eq!((source.asked.borrow().len(), network.sent().len()), (1, 0));
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer late"]);
}

#[tokio::test]
async fn a_call_that_is_dropped_while_asking_lets_the_next_one_ask() {
    let first = Cell::new(true);
    let source = |_refresh| {
        let answers = !first.replace(false);
        async move { if answers { some("second") } else { pending().await } }
    };
    let (client, network) = client(source, [ok(&answers::me())]);
    {
        let mut given_up = pin!(client.me());
        assert!(given_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer second"]);
}

#[tokio::test]
async fn a_source_that_never_answers_fails_the_calls_and_not_the_next_ones() {
    let first = Cell::new(true);
    let source = |_refresh| {
        let answers = !first.replace(false);
        async move { if answers { some("late") } else { pending().await } }
    };
    let (client, network) = client(source, [ok(&answers::me())]);
    network.let_limits_pass();
    assert_eq!(client.me().await, Err(Error::Unreachable(Unreachable::TokenSource)));
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer late"]);
}

#[tokio::test]
async fn after_forgetting_the_source_is_asked_anew() {
    let source = Counter::new([some("mei"), Ok(None), some("jo")]);
    let (client, network) = client(&source, [ok(&answers::me()), ok(&answers::me())]);
    client.me().await.unwrap();
    client.forget();
    assert_eq!(client.me().await, Err(Error::Unauthorized));
    client.forget();
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer mei", "Bearer jo"]);
    assert_eq!(*source.asked.borrow(), [false, false, false]);
}

#[tokio::test]
async fn a_redemption_under_way_never_continues_in_the_name_of_the_next_member() {
    let source = Counter::new([some("mei")]);
    let (client, network) = client(&source, [problem(401, "unauthorized")]);
    let (key, wish) = (key(), wish());
    let (redeemed, ()) = tokio::join!(biased; client.redeem(&key, &wish), async {
        while network.sent().is_empty() {
            tokio::task::yield_now().await;
        }
        client.forget();
    });
    assert_eq!(redeemed, Err(Error::Unauthorized));
    assert_eq!(network.tokens(), ["Bearer mei"]);
    assert_eq!(source.asked.borrow().len(), 1);
}

#[tokio::test]
async fn a_try_that_waits_ends_when_its_member_is_forgotten() {
    let source = Counter::new([some("mei")]);
    let (client, network) = client(&source, [Err(TransportError::Timeout)]);
    let (key, wish) = (key(), wish());
    let (redeemed, ()) = tokio::join!(biased; client.redeem(&key, &wish), async {
        while network.waited().is_empty() {
            tokio::task::yield_now().await;
        }
        client.forget();
    });
    assert_eq!(redeemed, Err(Error::Unreachable(Unreachable::Timeout)));
    assert_eq!(network.sent().len(), 1);
}

#[tokio::test]
async fn a_token_that_arrives_after_its_member_was_forgotten_is_thrown_away() {
    let source = Counter::new([some("mei"), some("jo")]);
    let (client, network) = client(&source, [ok(&answers::me())]);
    let (mei, ()) = tokio::join!(biased; client.me(), async { client.forget() });
    assert_eq!(mei, Err(Error::Unauthorized));
    client.me().await.unwrap();
    assert_eq!(network.tokens(), ["Bearer jo"]);
}

#[test]
fn a_token_is_short_visible_ascii() {
    assert!(Token::new("eyJhbGciOi.J9-_.x").is_ok());
    for bad in ["", " ", "a b", "a\r\nx: y", "积分", &"x".repeat(8_193)] {
        assert_eq!(Token::new(bad), Err(TokenError), "{bad:?} was taken");
    }
}
