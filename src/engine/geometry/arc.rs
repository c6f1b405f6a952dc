//! Arcs of columns on the cylinder of the canvas.

/// Columns from the first, east, to the second, both included; across the antimeridian if the first is greater.
pub type Arc = [u32; 2];

/// All columns.
const CIRCLE: Arc = [0, u32::MAX];

/// Number of columns.
const COLUMNS: i64 = 1 << 32;

/// Smallest arc that holds all arcs, at least one: the circle without the largest gap. Among equal gaps, the gap at the
/// antimeridian is left out, else the westernmost.
///
/// Sorted by their first columns, the arcs are passed once around the circle; each gap is between the easternmost
/// column so far and the next arc.
pub fn smallest_arc(mut arcs: Vec<Arc>) -> Arc {
    arcs.sort_unstable();
    let end = |&[west, east]: &Arc| i64::from(west) + i64::from(east.wrapping_sub(west));
    let mut reached = arcs.iter().map(end).max().unwrap_or(0) - COLUMNS;
    // Adjacent columns are 1 apart.
    let (mut largest_gap, mut smallest) = (1, CIRCLE);
    for arc in &arcs {
        let gap = i64::from(arc[0]) - reached;
        if gap > largest_gap {
            (largest_gap, smallest) = (gap, [arc[0], reached as u32]);
        }
        reached = reached.max(end(arc));
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Positions on the circle in the tests.
    const SLOTS: u32 = 32;
    const SLOT_COLUMNS: u32 = (COLUMNS / SLOTS as i64) as u32;

    /// Half slots from slot `west` east to slot `east`, counted around the circle.
    fn half_slots(west: u32, slots: u32) -> impl Iterator<Item = u32> {
        (0..=2 * slots).map(move |half| (2 * west + half) % (2 * SLOTS))
    }

    /// Number of slots of the smallest arc that holds all arcs of (first slot, number of slots); tries every arc.
    fn smallest_by_trial(arcs: &[(u32, u32)]) -> Option<u32> {
        let needed: Vec<u32> = arcs.iter().flat_map(|&(west, slots)| half_slots(west, slots)).collect();
        (0..SLOTS).find(|&slots| {
            (0..SLOTS).any(|west| {
                let held: Vec<u32> = half_slots(west, slots).collect();
                needed.iter().all(|half| held.contains(half))
            })
        })
    }

    fn holds([west, east]: Arc, [inner_west, inner_east]: Arc) -> bool {
        let (offset, width) = (inner_west.wrapping_sub(west), inner_east.wrapping_sub(inner_west));
        u64::from(offset) + u64::from(width) <= u64::from(east.wrapping_sub(west))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn no_arc_is_smaller(
            arcs in prop::collection::vec((0..SLOTS, prop_oneof![3 => 0u32..4, 1 => 0..SLOTS]), 1..6),
            turn in any::<u32>(),
        ) {
            let column = |slot: u32| (slot % SLOTS * SLOT_COLUMNS).wrapping_add(turn);
            let on_canvas: Vec<Arc> = arcs.iter().map(|&(west, slots)| [column(west), column(west + slots)]).collect();
            let smallest = smallest_arc(on_canvas.clone());
            let width = smallest[1].wrapping_sub(smallest[0]);
            match smallest_by_trial(&arcs) {
                Some(slots) => prop_assert_eq!(width, slots * SLOT_COLUMNS),
                None => prop_assert_eq!(smallest, CIRCLE),
            }
            if smallest != CIRCLE {
                prop_assert!(on_canvas.iter().all(|arc| holds(smallest, *arc)));
            }
            let reversed = on_canvas.into_iter().rev().collect();
            prop_assert_eq!(smallest_arc(reversed), smallest, "the order matters");
        }
    }

    #[test]
    fn the_trial_and_the_check_detect_wrong_arcs() {
        assert_eq!(smallest_by_trial(&[(1, 2), (4, 1)]), Some(4));
        assert_eq!(smallest_by_trial(&[(31, 2)]), Some(2));
        assert_eq!(smallest_by_trial(&[(0, 31), (31, 1)]), None);
        assert!(holds([10, 20], [10, 20]) && !holds([10, 20], [9, 20]) && !holds([10, 20], [20, 10]));
    }

    #[test]
    fn small_cases() {
        assert_eq!(smallest_arc(vec![[5, 7]]), [5, 7]);
        assert_eq!(smallest_arc(vec![[u32::MAX, 0]]), [u32::MAX, 0]);
        assert_eq!(smallest_arc(vec![[7, 6]]), CIRCLE);
        assert_eq!(smallest_arc(vec![[0, 1 << 31], [(1 << 31) + 1, u32::MAX]]), CIRCLE);
        assert_eq!(smallest_arc(vec![[0, 0], [1 << 31, 1 << 31]]), [0, 1 << 31], "of equals, the one that wraps not");
    }
}
