//! A member's loyalty account from a Rust program: shows it, and redeems.
//!
//! ```text
//! export STAMPCARD_ENDPOINT=http://127.0.0.1:8788 STAMPCARD_KEY=pk_… STAMPCARD_TOKEN=…
//! cargo run -p rust-client                          shows balance, tier and what the member can afford
//! cargo run -p rust-client -- redeem tote-bag       redeems it at the price it has now
//! cargo run -p rust-client -- redeem tote-bag KEY   does the same again after a doubt, without redeeming twice
//! ```

use std::{env, error::Error, fmt::Write, process::ExitCode};

use stampcard_client::{Backend, Native, NativeTransport, PageRequest, Token};
use stampcard_model::{
    IdempotencyKey,
    api::{MyReward, NewRedemption},
};

type Client = Native<NativeTransport, Token>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => show().await,
        ["redeem", reward] => redeem(reward, &uuid::Uuid::new_v4().to_string()).await,
        ["redeem", reward, key] => redeem(reward, key).await,
        _ => Err("usage: rust-client [redeem REWARD [KEY]]".into()),
    };
    match done {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes a client of the backend and the member that the environment names.
fn client() -> Result<Client, Box<dyn Error>> {
    let var = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let token = Token::new(var("STAMPCARD_TOKEN")?)?;
    let transport = NativeTransport::new()?;
    Ok(Native::new(&var("STAMPCARD_ENDPOINT")?, &var("STAMPCARD_KEY")?, transport, token)?)
}

async fn show() -> Result<String, Box<dyn Error>> {
    let client = client()?;
    let (program, me) = (client.program().await?, client.me().await?);
    let mut text = format!("{} {} in {}\n", me.balance.available, program.terminology.other, program.name);
    if let Some(tier) = program.tiers.iter().find(|tier| tier.id == me.tier.tier) {
        writeln!(text, "tier {}", tier.name)?;
    }
    if let Some(next) = &me.tier.next {
        writeln!(text, "{} more to {}", next.missing, next.tier)?;
    }
    for MyReward { reward, missing, refusal, .. } in rewards(&client).await? {
        write!(text, "  {:<20} {:>6}  {}", reward.id.as_str(), reward.price, reward.title)?;
        match refusal {
            None => writeln!(text)?,
            Some(code) => writeln!(text, " ({code}, {missing} missing)")?,
        }
    }
    Ok(text)
}

async fn redeem(reward: &str, key: &str) -> Result<String, Box<dyn Error>> {
    let client = client()?;
    let key = IdempotencyKey::new(key)?;
    let rewards = rewards(&client).await?;
    let found = rewards.iter().find(|mine| mine.reward.id.as_str() == reward);
    let MyReward { reward, .. } = found.ok_or("no such reward")?;
    let redemption =
        NewRedemption { reward_id: reward.id.clone(), price: reward.price, money_minor: reward.money_minor };
    match client.redeem(&key, &redemption).await {
        Ok(done) => {
            let got = match done.voucher {
                Some(voucher) => format!("is yours: {}", voucher.code),
                None => "is being reviewed".to_owned(),
            };
            Ok(format!("{} {got}, {} left\n", reward.title, done.balance_after))
        }
        Err(error) if error.leaves_doubt() => Err(format!("{error}; run it again with the key {key}").into()),
        Err(error) => Err(error.into()),
    }
}

/// All rewards, part by part.
async fn rewards(client: &Client) -> Result<Vec<MyReward>, Box<dyn Error>> {
    let mut rewards = Vec::new();
    let mut next = Some(PageRequest::largest());
    while let Some(request) = next {
        let page = client.my_rewards(&request).await?;
        next = request.after(&page);
        rewards.extend(page.items);
    }
    Ok(rewards)
}
