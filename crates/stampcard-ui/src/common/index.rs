//! Places by name.

/// Tells at which place a name was put in. A table with open addresses: maps of the standard library weigh ten times
/// as much in a page.
pub(crate) struct Index<'a> {
    names: Vec<&'a str>,
    /// Places in `names`, plus one; 0 is free. A power of two, more than half of it free.
    slots: Vec<u32>,
}

impl<'a> Index<'a> {
    /// For at most `count` names.
    pub(crate) fn with_room(count: usize) -> Self {
        Self { names: Vec::with_capacity(count), slots: vec![0; (count * 2 + 1).next_power_of_two()] }
    }

    /// Puts a name in after the others, unless it is there already; tells whether it is new.
    pub(crate) fn insert(&mut self, name: &'a str) -> bool {
        let (slot, found) = self.find(name);
        if found.is_some() {
            return false;
        }
        self.names.push(name);
        if let Some(free) = self.slots.get_mut(slot) {
            *free = self.names.len() as u32;
        }
        true
    }

    /// The place of a name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.find(name).1
    }

    /// Where the name is, or would be, and its place if it is there.
    fn find(&self, name: &str) -> (usize, Option<usize>) {
        let last = self.slots.len() - 1;
        // FNV-1a.
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mut slot = hash as usize & last;
        loop {
            let place = self.slots.get(slot).and_then(|place| place.checked_sub(1));
            let Some(place) = place.map(|place| place as usize) else {
                return (slot, None);
            };
            if self.names.get(place) == Some(&name) {
                return (slot, Some(place));
            }
            slot = (slot + 1) & last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_was_put_in_first() {
        let names: Vec<String> = (0..500).map(|n| format!("reward-{}", n % 400)).collect();
        let mut index = Index::with_room(names.len());
        for (place, name) in names.iter().enumerate() {
            assert_eq!(index.insert(name), place < 400, "{name}");
        }
        for (place, name) in names.iter().take(400).enumerate() {
            assert_eq!(index.place(name), Some(place));
        }
        assert_eq!(index.place("reward-400"), None);
        assert_eq!(Index::with_room(0).place(""), None);
    }
}
