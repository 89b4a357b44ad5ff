using System.Text.Json;
using Reeve.Core.Identity;

namespace Reeve.Core.Policies;

/// <summary>A policy type with property values. Every change is a new revision.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Name">Its name in the scope.</param>
/// <param name="Type">The policy type as <c>name-version</c>.</param>
/// <param name="Properties">The values, defaults filled in; an object.</param>
/// <param name="Revision">Counts the changes.</param>
public sealed record Policy(Scope Scope, string Name, string Type, JsonElement Properties, long Revision);
