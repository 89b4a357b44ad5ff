using Reeve.Flexera.Evaluation;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Flexera.Credentials;

/// <summary>Looks at a credentials file before anything is sent: of the blocks that the template has, is all readable?</summary>
internal static class CredentialCheck
{
    /// <summary>All that is wrong. A block that the file does not hold may never be needed; that is not looked for here.</summary>
    public static IEnumerable<EvaluationFault> Faults(PolicyTemplate template, CredentialFile file)
    {
        foreach (var block in template.Tree.Definitions.Where(d => d is { Name: "credentials" or "auth", Label: not null }))
        {
            var name = block.Label!;
            if (file.NoFields(name) is { } other && block.Name == "credentials")
            {
                yield return Fault(name, $"the credentials file holds {other} under this name, not fields");
            }
            else if (file.Fields(name) is { } fields)
            {
                foreach (var problem in CredentialSchemes.Problems(fields))
                {
                    yield return Fault(name, problem);
                }
            }
        }
    }

    private static EvaluationFault Fault(string name, string problem) => new($"credentials `{name}`: {problem}") { Credentials = name };
}
