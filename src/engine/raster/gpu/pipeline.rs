//! Compiles the shaders into pipelines and declares their bindings.

use wgpu::{
    BindGroupLayout, BindGroupLayoutEntry, BindingType, BlendComponent, BlendFactor, BlendOperation, BlendState,
    BufferBindingType, ComputePipeline, Device, Features, PipelineLayout, RenderPipeline, ShaderModule, ShaderStages,
    StorageTextureAccess, TextureFormat, TextureSampleType, TextureViewDimension,
};

use super::shaders::{
    CARRY, CLASS_LEVELS, CLEAR, COLOUR, Constant, LEVELS, NORMALIZE, PASS_LEVELS, SPLAT, STEP_LEVELS, STEP_VISIT,
    Shader, TIME_SPLAT, TWO_VALUES_VISIT, VALUE_LEVELS, VALUE_VISIT, VISIT,
};
use super::tuning::Tuning;

/// A pipeline with the layout of its only bind group.
#[expect(missing_docs, reason = "the field names say it")]
pub struct Pipeline<P> {
    pub pipeline: P,
    pub layout: BindGroupLayout,
}

/// One pipeline for each of the [shaders](super::shaders); `passes` is `None` if the device cannot blend f32.
#[expect(missing_docs, reason = "the field names say it")]
pub struct Pipelines {
    pub visit: Pipeline<ComputePipeline>,
    pub step_visit: Pipeline<ComputePipeline>,
    /// By the number of values: one, two.
    pub value_visits: [Pipeline<ComputePipeline>; 2],
    pub passes: Option<PassPipelines>,
    pub carry: Pipeline<ComputePipeline>,
    pub levels: Pipeline<ComputePipeline>,
    pub class_levels: Pipeline<ComputePipeline>,
    pub step_levels: Pipeline<ComputePipeline>,
    pub value_levels: Pipeline<ComputePipeline>,
    pub pass_levels: Pipeline<ComputePipeline>,
    pub normalize: Pipeline<ComputePipeline>,
    pub colour: Pipeline<ComputePipeline>,
}

/// Pipelines that draw the digits of passes.
#[expect(missing_docs, reason = "the field names say it")]
pub struct PassPipelines {
    pub clear: Pipeline<RenderPipeline>,
    pub splat: Pipeline<RenderPipeline>,
    pub time_splat: Pipeline<RenderPipeline>,
}

/// Format of the two planes of the atlas that hold the sums.
pub const PLANE_FORMAT: TextureFormat = TextureFormat::R32Float;

/// Format of the texture in which the digits of passes are blended.
pub const DIGITS_FORMAT: TextureFormat = TextureFormat::Rg32Float;

/// Additive blending: source plus destination.
const ADDITIVE: BlendState = {
    let add =
        BlendComponent { src_factor: BlendFactor::One, dst_factor: BlendFactor::One, operation: BlendOperation::Add };
    BlendState { color: add, alpha: add }
};

impl Pipelines {
    /// Compiles all shaders. Errors show in the error scopes of `Context::checked`.
    pub fn new(device: &Device, tuning: Tuning) -> Self {
        let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let uniform = buffer(BufferBindingType::Uniform);
        let [read, write] = [true, false].map(|read_only| buffer(BufferBindingType::Storage { read_only }));
        let plane = BindingType::StorageTexture {
            access: StorageTextureAccess::ReadWrite,
            format: PLANE_FORMAT,
            view_dimension: TextureViewDimension::D2,
        };
        let digits = BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: false },
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        };
        let can_blend = device.features().contains(Features::FLOAT32_BLENDABLE);
        let splat = |shader, bindings: &[BindingType]| {
            Pipeline::render(device, tuning, (shader, "quad"), bindings, Some(ADDITIVE))
        };
        let compute = |shader, bindings: &[BindingType]| Pipeline::compute(device, tuning, &shader, bindings);
        Self {
            visit: compute(VISIT, &[uniform, read, read, read, read, plane, plane]),
            step_visit: compute(STEP_VISIT, &[uniform, read, read, read, read, plane, plane, read]),
            value_visits: [VALUE_VISIT, TWO_VALUES_VISIT]
                .map(|shader| compute(shader, &[uniform, read, read, read, read, plane, plane, read])),
            passes: can_blend.then(|| PassPipelines {
                clear: Pipeline::render(device, tuning, (&CLEAR, "square"), &[uniform], None),
                splat: splat(&SPLAT, &[uniform, read, read, read]),
                time_splat: splat(&TIME_SPLAT, &[uniform, read, read, read, read]),
            }),
            carry: compute(CARRY, &[uniform, plane, plane, read, digits]),
            levels: compute(LEVELS, &[uniform, plane, plane, write, write]),
            class_levels: compute(CLASS_LEVELS, &[uniform, plane, plane, write, write]),
            step_levels: compute(STEP_LEVELS, &[uniform, plane, plane, write, write]),
            value_levels: compute(VALUE_LEVELS, &[uniform, plane, plane, write, write]),
            pass_levels: compute(PASS_LEVELS, &[uniform, plane, plane, read, digits, write, write]),
            normalize: compute(NORMALIZE, &[uniform, read, read, write]),
            colour: compute(COLOUR, &[read, read, write]),
        }
    }
}

impl Pipeline<ComputePipeline> {
    fn compute(device: &Device, tuning: Tuning, shader: &Shader, bindings: &[BindingType]) -> Self {
        let (layout, pipeline_layout) = layouts(device, shader.name, ShaderStages::COMPUTE, bindings);
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(shader.name),
            layout: Some(&pipeline_layout),
            module: &compile(device, shader),
            entry_point: Some(shader.name),
            compilation_options: constants_as_options(&shader.constants(tuning)),
            cache: None,
        });
        Self { pipeline, layout }
    }
}

impl Pipeline<RenderPipeline> {
    /// Pipeline that draws quads, placed by the entry point `vertex`, into the digits: overwrites the digits without
    /// `blend`.
    fn render(
        device: &Device,
        tuning: Tuning,
        (shader, vertex): (&Shader, &str),
        bindings: &[BindingType],
        blend: Option<BlendState>,
    ) -> Self {
        let (layout, pipeline_layout) = layouts(device, shader.name, ShaderStages::VERTEX_FRAGMENT, bindings);
        let (module, constants) = (compile(device, shader), shader.constants(tuning));
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(shader.name),
            layout: Some(&pipeline_layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some(vertex),
                compilation_options: constants_as_options(&constants),
                buffers: &[],
            },
            primitive: wgpu::PrimitiveState { topology: wgpu::PrimitiveTopology::TriangleStrip, ..Default::default() },
            depth_stencil: None,
            multisample: Default::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(shader.name),
                compilation_options: constants_as_options(&constants),
                targets: &[Some(wgpu::ColorTargetState {
                    format: DIGITS_FORMAT,
                    blend,
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        });
        Self { pipeline, layout }
    }
}

fn constants_as_options<'a>(constants: &'a [Constant]) -> wgpu::PipelineCompilationOptions<'a> {
    wgpu::PipelineCompilationOptions { constants, ..Default::default() }
}

fn compile(device: &Device, shader: &Shader) -> ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(shader.name),
        source: wgpu::ShaderSource::Wgsl(shader.source.into()),
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
