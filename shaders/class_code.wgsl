// Class code: level of the leading class, its clarity and the visits of all. Twin of src/engine/tone/class_code.rs.

override CLARITIES: u32;

// Visits of four adjacent pixels: of all classes so far, and of the class that leads.
struct Lead {
    all: vec4<f32>,
    most: vec4<f32>,
    class_number: vec4<u32>,
}

// Adds the visits of a class; the first of equal classes leads.
fn with_class(lead: Lead, class_number: u32, visits: vec4<f32>) -> Lead {
    let leads = visits > lead.most;
    return Lead(
        lead.all + visits,
        select(lead.most, visits, leads),
        select(lead.class_number, vec4(class_number), leads),
    );
}

fn class_levels_of(lead: Lead) -> vec4<u32> {
    let visits = heat_levels(lead.all);
    let highest = CLARITIES - 1u;
    let all = select(lead.all, vec4(1.0), visits == vec4(0u));
    let clarity = f32(highest) * (2.0 * lead.most - all) / all + 0.5;
    let clarity_level = min(vec4<u32>(max(clarity, vec4(0.0))), vec4(highest));
    let level = (lead.class_number * CLARITIES + clarity_level) * u32(frame.max_level) + visits;
    return select(vec4(0u), level, visits > vec4(0u));
}
