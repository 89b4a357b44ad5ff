using Reeve.Core.Targets;
using Reeve.Runtime;
using Reeve.Runtime.Workers;
using Reeve.Senlin;
using Reeve.Senlin.Identity;
using Reeve.Senlin.Rest;
using Reeve.Storage;

namespace Reeve.Server.Hosting;

/// <summary>Senlin's room on this runtime and store, with its face.</summary>
internal sealed record SenlinParts(SenlinRoom Room, SenlinFace Face)
{
    /// <summary>The users that may call; null for everybody. Throws <see cref="StartException"/> when the file of users is wrong.</summary>
    public static UserFile? Users(ReeveOptions options)
    {
        if (options.SenlinUsers is not { } path)
        {
            return null;
        }

        var (users, problem) = UserFile.Read(path);
        return problem is null ? users : throw new StartException(problem) { IsWrongInput = true };
    }

    /// <summary>Puts them together.</summary>
    public static SenlinParts Make(
        ReeveOptions options, UserFile? users, LoopRuntime runtime, Store store, IReadOnlyList<IBalancer> balancers,
        Action<Exception> failed)
    {
        var room = new SenlinRoom(
            new RoomHost(runtime, store.Resources, store.Records), balancers, options.SenlinHealthInterval);
        return new SenlinParts(room, new SenlinFace(room, users, failed));
    }
}
