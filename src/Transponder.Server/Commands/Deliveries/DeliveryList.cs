using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.Delivery.Types.State;

namespace Transponder.Server.Commands.Deliveries;

/// <summary>Deliveries as a list: in JSON each at once, as a table when all are there.</summary>
internal sealed class DeliveryList(Screen screen)
{
    private readonly TextTable table = new(
        new TextColumn("DELIVERY"),
        new TextColumn("STATE"),
        new TextColumn("CHANNEL"),
        new TextColumn("CREATED"),
        new TextColumn("EXECUTION"),
        new TextColumn("PHASE"),
        new TextColumn("ADDRESS"),
        new TextColumn("TRIES", IsNumber: true),
        new TextColumn("REASON", IsProse: true)
    );

    public void Add(Delivery delivery)
    {
        if (screen.IsJson)
            screen.JsonLine(delivery);
        else
            table.Add(
                delivery.Id,
                State(delivery.State),
                delivery.Channel,
                Moments.Text(delivery.CreatedAt),
                ExecutionName.Text(delivery.Execution),
                delivery.Phase.ToString().ToLowerInvariant(),
                delivery.Address,
                delivery.Attempts.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                delivery.State == V1.Delivery.Types.State.Delivered ? "" : Reason(delivery)
            );
    }

    public void End()
    {
        if (screen.IsJson)
            return;
        if (table.Count == 0)
            screen.Remark("no delivery matches");
        else
            screen.Table(table);
    }

    public static Cell State(State state) =>
        new(
            state.ToString().ToLowerInvariant(),
            state switch
            {
                V1.Delivery.Types.State.Delivered => Ink.Good,
                V1.Delivery.Types.State.Dead => Ink.Bad,
                V1.Delivery.Types.State.Parked or V1.Delivery.Types.State.Retrying => Ink.Doubtful,
                V1.Delivery.Types.State.Suppressed => Ink.Faint,
                _ => Ink.None,
            }
        );

    private static string Reason(Delivery delivery)
    {
        var detail = delivery.Attempts.LastOrDefault()?.Detail ?? "";
        return detail.Length > 0 ? $"{delivery.Reason}: {detail}" : delivery.Reason;
    }
}
