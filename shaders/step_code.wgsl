// Step code: level of a step and a presence. Twin of src/engine/tone/step_code.rs.

override STEPS: u32;
override PRESENCES: u32;

fn step_levels_of(pixels: Pixels) -> vec4<u32> {
    let largest_rank = (1u << RANK_BITS) - 1u;
    let rank = select(pixels.best & vec4(largest_rank), pixels.firm - 1u, pixels.firm > vec4(0u));
    let whole = u32(WHOLE_PRESENCE);
    let presence = ((pixels.best >> vec4(RANK_BITS)) * PRESENCES + whole / 2u) / whole;
    let step_number = min(rank ^ vec4(frame.rank_mask), vec4(STEPS - 1u));
    return select(vec4(0u), step_number * PRESENCES + presence, presence > vec4(0u));
}
