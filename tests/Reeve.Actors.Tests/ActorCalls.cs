using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Actors.Tests;

internal static class ActorCalls
{
    public static ActorCall With(string inputs) =>
        new("key-1", new ExecutionId("exe-1"), Scope.Default, "shop/w-1", Json.Parse(inputs), Json.Object(("reason", "too slow")));
}
