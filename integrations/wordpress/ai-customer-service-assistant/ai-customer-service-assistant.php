<?php
/**
 * Plugin Name:       AI Customer Service Assistant
 * Description:       Puts the chat of your own Frontdesk installation on your site: everywhere, or by shortcode, block and widget.
 * Version:           1.0.0
 * Requires at least: 6.0
 * Requires PHP:      7.4
 * Author:            Frontdesk
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       ai-customer-service-assistant
 * Domain Path:       /languages
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const VERSION = '1.0.0';
const FILE    = __FILE__;

require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/attributes.php';
require __DIR__ . '/includes/tag.php';
require __DIR__ . '/includes/places.php';
require __DIR__ . '/includes/class-chat-widget.php';

if ( is_admin() ) {
	require __DIR__ . '/includes/connection.php';
	require __DIR__ . '/includes/admin.php';
}

add_action(
	'init',
	static function () {
		load_plugin_textdomain( 'ai-customer-service-assistant', false, dirname( plugin_basename( FILE ) ) . '/languages' );
	},
	5
);
