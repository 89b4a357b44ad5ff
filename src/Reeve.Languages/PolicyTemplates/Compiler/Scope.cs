using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>What a term can see where it stands.</summary>
/// <param name="Owner">The block of the top level around it.</param>
/// <param name="Words">The reserved words that have a value there, beside those that have one everywhere.</param>
/// <param name="Own">The parameters that an escalation or a resolution declares for itself.</param>
internal sealed record Scope(BlockName Owner, IReadOnlySet<string> Words, IReadOnlyDictionary<string, Definition> Own)
{
    public static Scope Of(BlockName owner) => new(owner, new HashSet<string>(), new Dictionary<string, Definition>());

    public Scope With(params IEnumerable<string> words) => this with { Words = Words.Concat(words).ToHashSet(StringComparer.Ordinal) };
}
