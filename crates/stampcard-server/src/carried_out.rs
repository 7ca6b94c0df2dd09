//! What of a program this server does not carry out: it gives no points without being asked. A program that says such
//! things is refused at the start instead of being half obeyed.

use stampcard_model::{Activation, OfferGives, Program, ProgramFault};

/// Each place of the program that this server does not carry out.
pub(crate) fn left_out(program: &Program) -> Vec<ProgramFault> {
    let mut faults = Vec::new();
    let mut check = |left_out: bool, pointer: String, lack: &str| {
        if left_out {
            let detail = format!("is not carried out by this server: it keeps no {lack}");
            faults.push(ProgramFault { pointer, detail });
        }
    };
    for (index, offer) in program.offers.iter().enumerate() {
        let automatic = offer.activation == Activation::Automatic;
        let points = matches!(offer.gives, OfferGives::Points { .. });
        check(
            automatic && points,
            format!("/offers/{index}/activation"),
            "watch for whom to give points unasked",
        );
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_not_carried_out_is_named() {
        let everything = include_str!("../../../tests/fixtures/programs/everything.json");
        let mut program: Program = serde_json::from_str(everything).unwrap();
        program.offers[0].activation = Activation::Automatic;
        let places: Vec<String> = left_out(&program).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(places, ["/offers/0/activation"]);
    }
}
