//! Makes a script that shows a difference as short as it can be.

use serde_json::json;

use super::{
    run::{Server, run},
    script::Script,
};

/// The first difference that a script shows on a server of its own.
pub async fn difference(script: &Script) -> Option<String> {
    let server = Server::open(std::slice::from_ref(script)).ok()?;
    let ran = run(&server, 0, script).await;
    let held = server.close().await;
    ran.err().or(held.err())
}

/// The script without all that is not needed to show a difference.
pub async fn shortened(mut script: Script) -> Script {
    let mut length = script.steps.len();
    while length > 0 {
        let mut from = 0;
        while from < script.steps.len() {
            let mut shorter = script.clone();
            shorter.steps.drain(from..(from + length).min(script.steps.len()));
            if difference(&shorter).await.is_some() {
                script = shorter;
            } else {
                from += length;
            }
        }
        length /= 2;
    }
    if script.next.is_some() {
        let simpler = Script { next: None, ..script.clone() };
        if difference(&simpler).await.is_some() {
            script = simpler;
        }
    }
    for place in ["earn_rules", "multipliers", "rewards", "price_events", "offers"] {
        let many = script.program[place].as_array().map_or(0, Vec::len);
        for index in (0..many).rev() {
            let mut simpler = script.clone();
            simpler.program[place].as_array_mut().unwrap().remove(index);
            if difference(&simpler).await.is_some() {
                script = simpler;
            }
        }
    }
    for place in ["limits", "lifecycle", "pending", "refunds", "stacking", "time_zone"] {
        let mut simpler = script.clone();
        simpler.program.as_object_mut().unwrap().remove(place);
        if place == "time_zone" {
            simpler.program[place] = json!("UTC");
            simpler.next.iter_mut().for_each(|next| next[place] = json!("UTC"));
        }
        if difference(&simpler).await.is_some() {
            script = simpler;
        }
    }
    script
}
