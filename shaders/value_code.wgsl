// Value code: level of a mean and a presence. Twin of src/engine/tone/value_code.rs.

override STEPS: u32;
override PRESENCES: u32;
override APART_STEPS: u32;

// Kinds of frame.value_kind: one value, the sum of two values, two values apart.
const SUM = 1u;
const APART = 2u;

fn value_level(weight: f32, first: f32, second: f32) -> u32 {
    let presence = f32(PRESENCES) * min(weight, 1.0) + 0.5;
    if presence < 1.0 {
        return 0u;
    }
    var step_number = 0u;
    if frame.value_kind == APART {
        step_number = apart_step(first / weight) * APART_STEPS + apart_step(second / weight);
    } else {
        let value = select(first, first + second, frame.value_kind == SUM);
        let position = (value / weight - frame.range_start) / (frame.range_end - frame.range_start) * f32(STEPS);
        step_number = u32(clamp(position, 0.0, f32(STEPS - 1u)));
    }
    return step_number * PRESENCES + u32(presence);
}

fn apart_step(share: f32) -> u32 {
    let last = f32(APART_STEPS - 1u);
    return u32(min(share / frame.range_end * last, last) + 0.5);
}
