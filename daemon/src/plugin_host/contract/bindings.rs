//! What is generated from the contract.

wasmtime::component::bindgen!({
    path: "../plugin-sdk/wit",
    world: "carrier",
    imports: {
        "parcelwatch:carrier/http": async,
        default: trappable,
    },
    exports: { default: async },
});
