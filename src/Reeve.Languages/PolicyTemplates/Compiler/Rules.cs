namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>What a field takes.</summary>
/// <param name="Name">The word.</param>
/// <param name="Takes">
/// One letter for each argument: <c>s</c> a string, <c>n</c> a number, <c>b</c> a boolean, <c>r</c> a regular expression, <c>l</c> a
/// literal,
/// <c>t</c> any term, <c>$</c> a reference, <c>S</c> strings or one list of them, <c>L</c> literals or one list of them, <c>*</c> any
/// further
/// terms; what follows <c>?</c> may be left out.
/// </param>
/// <param name="Needs">Must it be there?</param>
/// <param name="Many">May it be there more than once?</param>
/// <param name="Body">What stands inside when it is a block.</param>
/// <param name="BodyIsOptional">May it be without a block?</param>
/// <param name="Kinds">What a reference may refer to.</param>
internal sealed record FieldRule(
    string Name, string Takes, bool Needs = false, bool Many = false, BlockRule? Body = null, bool BodyIsOptional = false,
    string Kinds = "");

/// <summary>What stands inside a block; null fields take any.</summary>
internal sealed record BlockRule(string Name, FieldRule[]? Fields)
{
    public FieldRule? Find(string name) => Fields?.FirstOrDefault(f => f.Name == name);
}
