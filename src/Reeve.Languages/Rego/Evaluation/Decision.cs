using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>The value of one document (null is undefined) or the error that ended its evaluation.</summary>
public readonly record struct Decision(Value? Value, RegoError? Error);
