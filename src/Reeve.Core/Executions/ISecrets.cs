using Reeve.Core.Identity;

namespace Reeve.Core.Executions;

/// <summary>Gives actors the secrets that documents refer to by name.</summary>
public interface ISecrets
{
    /// <summary>The secret of this name in the scope; null with a sentence that says why when it cannot be had.</summary>
    string? Find(Scope scope, string name, out string? problem);
}
