"""Interfaces of the machines of scale sets, as `az vmss nic list` tells of them.

Source: Azure docs, virtual-machine-scale-sets-networking.
"""

from azure_builders import GROUP, convert

SET = f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-sys-1-vmss"
NIC = f"{SET}/virtualMachines/0/networkInterfaces/nic"
ADDRESS = f"{NIC}/ipConfigurations/one/publicIPAddresses/own"
ASG = "asg"

INTERFACE = {
    "id": NIC,
    "name": "nic",
    "resourceGroup": "rg",
    "ipConfigurations": [
        {
            "name": "one",
            "privateIPAddress": "10.1.0.4",
            "subnet": {"id": "/nodes"},
            "publicIPAddress": {"id": ADDRESS},
            "applicationSecurityGroups": [{"id": ASG}],
        }
    ],
}
SCALE_SET = {
    "id": SET,
    "name": "aks-sys-1-vmss",
    "virtualMachineProfile": {
        "networkProfile": {
            "networkInterfaceConfigurations": [
                {
                    "name": "nic",
                    "ipConfigurations": [
                        {"name": "one", "publicIPAddressConfiguration": {"name": "own"}}
                    ],
                }
            ]
        }
    },
}


def test_an_interface_of_a_scale_set_has_its_addresses() -> None:
    public = {"id": ADDRESS, "name": "own", "ipAddress": "20.1.2.3"}
    snapshot = convert(INTERFACE, public)
    (interface,) = snapshot.fabric.interfaces
    (held,) = snapshot.fabric.public_addresses
    assert [str(each) for each in interface.addresses] == ["10.1.0.4"]
    assert interface.public_addresses == (held.id,)
    assert [str(each) for each in held.ranges] == ["20.1.2.3"]


def test_the_interfaces_of_a_scale_set_stand_for_it() -> None:
    (alone,) = convert(SCALE_SET).fabric.interfaces
    assert alone.addresses == ()
    (told,) = convert(SCALE_SET, INTERFACE).fabric.interfaces
    assert told.addresses


def test_they_do_not_tell_who_else_is_in_a_group() -> None:
    assert not convert(INTERFACE).fabric.application_groups.known
