//! The shaders, compiled, and what they are bound to.

use wgpu::{
    BindGroupLayout, BindGroupLayoutEntry, BindingType, BufferBindingType, ComputePipeline, Device, Features,
    PipelineLayout, RenderPipeline, ShaderModule, ShaderStages, StorageTextureAccess, TextureFormat,
    TextureViewDimension,
};

use super::tuning::Tuning;

/// Joins shaders: the pieces that a module needs, and the module.
macro_rules! wgsl {
    ($($piece:literal),+) => { concat!($(include_str!(concat!("../../../../shaders/", $piece, ".wgsl"))),+) };
}

/// Every module as the device gets it.
pub const MODULES: [(&str, &str); 5] = [
    ("visit", wgsl!("frame", "strip", "profile", "visit")),
    ("splat", wgsl!("frame", "strip", "profile", "splat")),
    ("levels", wgsl!("frame", "levels")),
    ("normalize", wgsl!("normalize")),
    ("colour", wgsl!("colour")),
];

/// A pipeline with the layout of its only bind group.
pub struct Pipeline<P> {
    /// The compiled entry points.
    pub pipeline: P,
    /// What they are bound to.
    pub layout: BindGroupLayout,
}

/// All pipelines.
pub struct Pipelines {
    /// `visit.wgsl`: visits into the atlas.
    pub visit: Pipeline<ComputePipeline>,
    /// `splat.wgsl`: passes into the atlas; not where the device cannot blend f32.
    pub splat: Option<Pipeline<RenderPipeline>>,
    /// `levels.wgsl`: the atlas into levels and histograms.
    pub levels: Pipeline<ComputePipeline>,
    /// `normalize.wgsl`: the histogram of a zoom into the curve and the colours of its levels.
    pub normalize: Pipeline<ComputePipeline>,
    /// `colour.wgsl`: levels into colours.
    pub colour: Pipeline<ComputePipeline>,
}

/// Format of the accumulation texture.
pub const HEAT_FORMAT: TextureFormat = TextureFormat::R32Float;

impl Pipelines {
    /// Compiles everything.
    pub fn new(device: &Device, tuning: Tuning) -> Self {
        let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let uniform = buffer(BufferBindingType::Uniform);
        let [read, write] = [true, false].map(|read_only| buffer(BufferBindingType::Storage { read_only }));
        let heat = BindingType::StorageTexture {
            access: StorageTextureAccess::ReadWrite,
            format: HEAT_FORMAT,
            view_dimension: TextureViewDimension::D2,
        };
        let can_blend = device.features().contains(Features::FLOAT32_BLENDABLE);
        let [across, down] = tuning.invocations.map(f64::from);
        let shape = [("invocations_across", across), ("invocations_down", down)];
        Self {
            visit: Pipeline::compute(device, "visit", "visit", &[uniform, read, read, read, read, heat], &shape),
            splat: can_blend
                .then(|| Pipeline::blended(device, "splat", ["quad", "splat"], &[uniform, read, read, read])),
            levels: Pipeline::compute(device, "levels", "levels", &[uniform, heat, write, write], &[]),
            normalize: Pipeline::compute(device, "normalize", "normalize", &[uniform, read, read, write], &[]),
            colour: Pipeline::compute(device, "colour", "colour", &[read, read, write], &[]),
        }
    }
}

impl Pipeline<ComputePipeline> {
    fn compute(
        device: &Device,
        module: &str,
        entry: &str,
        bindings: &[BindingType],
        constants: &[(&str, f64)],
    ) -> Self {
        let (layout, pipeline_layout) = layouts(device, entry, ShaderStages::COMPUTE, bindings);
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(entry),
            layout: Some(&pipeline_layout),
            module: &compile(device, module),
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions { constants, ..Default::default() },
            cache: None,
        });
        Self { pipeline, layout }
    }
}

impl Pipeline<RenderPipeline> {
    /// Quads that add to what the texture holds.
    fn blended(device: &Device, module: &str, [vertex, fragment]: [&str; 2], bindings: &[BindingType]) -> Self {
        let (layout, pipeline_layout) = layouts(device, fragment, ShaderStages::VERTEX_FRAGMENT, bindings);
        let module = compile(device, module);
        let add = wgpu::BlendComponent {
            src_factor: wgpu::BlendFactor::One,
            dst_factor: wgpu::BlendFactor::One,
            operation: wgpu::BlendOperation::Add,
        };
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(fragment),
            layout: Some(&pipeline_layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some(vertex),
                compilation_options: Default::default(),
                buffers: &[],
            },
            primitive: wgpu::PrimitiveState { topology: wgpu::PrimitiveTopology::TriangleStrip, ..Default::default() },
            depth_stencil: None,
            multisample: Default::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(fragment),
                compilation_options: Default::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format: HEAT_FORMAT,
                    blend: Some(wgpu::BlendState { color: add, alpha: add }),
                    write_mask: wgpu::ColorWrites::RED,
                })],
            }),
            multiview_mask: None,
            cache: None,
        });
        Self { pipeline, layout }
    }
}

fn compile(device: &Device, name: &str) -> ShaderModule {
    let source = MODULES.iter().find(|module| module.0 == name).map_or("", |module| module.1);
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(name),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    })
}

fn layouts(
    device: &Device,
    label: &str,
    visibility: ShaderStages,
    bindings: &[BindingType],
) -> (BindGroupLayout, PipelineLayout) {
    let entry = |(binding, &ty)| BindGroupLayoutEntry { binding, visibility, ty, count: None };
    let entries: Vec<BindGroupLayoutEntry> = (0..).zip(bindings).map(entry).collect();
    let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries };
    let layout = device.create_bind_group_layout(&descriptor);
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(label),
        bind_group_layouts: &[Some(&layout)],
        ..Default::default()
    });
    (layout, pipeline_layout)
}
