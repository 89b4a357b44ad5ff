using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>What stands in for a function: a function of a module, a built-in, or a value.</summary>
internal sealed record Mock(CompiledNode? Function, Builtin? Builtin, Value? Value);
