using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>A built-in as a replacement of a function.</summary>
internal sealed class FunctionTerm(string name, Location location) : Term(location)
{
    public string Name => name;
}
